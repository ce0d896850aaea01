// The API for programs: an OpenAPI 3.1 document, made of the command table, the resource table and
// the shapes of answers. What a request may say, who may send it and what may come back is said
// nowhere else, so it can't be wrong here alone.

import BudgetModel
import BudgetService
import HTTPTypes

/// `/openapi.json`.
enum OpenAPI {
    static let document: JSON = [
        "openapi": "3.1.0",
        "info": [
            "title": "budgetd", "version": "1",
            "summary": "May this be spent? Budgets for fleets of LLM agents.",
        ],
        "security": [["bearer": []], ["certificate": []]],
        "paths": .object(paths),
        "components": [
            "securitySchemes": [
                "bearer": ["type": "http", "scheme": "bearer"],
                "certificate": ["type": "mutualTLS"],
            ],
            "schemas": .object(schemas),
        ],
    ]

    private static var paths: [JSON.Member] {
        var templates: [String] = []
        for resource in Resource.all where !templates.contains(resource.template) {
            templates.append(resource.template)
        }
        return templates.map { template in
            let operations = Resource.all.filter { $0.template == template }
            return JSON.Member(
                template,
                .object(
                    operations.map {
                        .init($0.method.rawValue.lowercased(), operation($0))
                    }))
        } + EventFilter.Family.allCases.map { JSON.Member($0.path, ["get": EventsPath.get($0)]) }
            + Page.allCases.map { JSON.Member($0.rawValue, ["get": page($0)]) }
    }

    private static var schemas: [JSON.Member] {
        AnswerShape.allCases.map { .init($0.rawValue, $0.schema) } + [
            .init("Problem", Schema.object(problemFields)),
            .init(
                "Denial",
                Schema.object(problemFields + AnswerShape.decisionFields + AnswerShape.moment)),
            .init(
                "Caller",
                Schema.object([
                    ("name", Schema.text), ("role", Schema.choice(Role.allCases.map(\.name))),
                    ("tenant", Schema.optionalText),
                ])),
            .init(
                "Health",
                Schema.object(
                    [("status", Schema.text), ("reasons", Schema.list(Schema.text))],
                    optional: ["reasons"])),
        ]
    }

    private static let problemFields: AnswerShape.Fields = [
        ("type", Schema.text), ("title", Schema.text), ("status", Schema.integer),
        ("detail", Schema.text),
        ("code", Schema.choice(BudgetError.Code.allCases.map(\.rawValue) + [Problem.denialCode])),
    ]

    private static func operation(_ resource: Resource) -> JSON {
        let spec = resource.command.spec
        var members: [JSON.Member] = [
            .init("operationId", .text(identifier(resource))),
            .init("summary", .text(spec.summary)),
            .init("description", .text(description(resource))),
        ]
        let parameters = parameters(resource)
        if !parameters.isEmpty { members.append(.init("parameters", .list(parameters))) }
        if resource.hasBody { members.append(.init("requestBody", body(resource))) }
        members.append(.init("responses", .object(responses(resource))))
        return .object(members)
    }

    /// The command's name; a command that is two resources is told apart by the path's value.
    private static func identifier(_ resource: Resource) -> String {
        let name = resource.command.words.map { $0.lowercased() }.joined(separator: "_")
        let isAlone = Resource.all.count { $0.command == resource.command } == 1
        return isAlone
            ? name
            : ([name, "by"] + (resource.values.isEmpty ? ["key"] : resource.values))
                .joined(separator: "_")
    }

    private static func description(_ resource: Resource) -> String {
        let role = resource.command.spec.role.name
        let labels =
            resource.fields.contains(.label)
            ? " Labels are fields `label.<name>`, at most \(Bounds.maxLabels)." : ""
        return "The command \(resource.command.rawValue); needs the role \(role)." + labels
    }

    private static func parameters(_ resource: Resource) -> [JSON] {
        let spec = resource.command.spec
        var parameters: [JSON] = resource.values.map { name in
            let schema = Field(rawValue: name)?.schema ?? Field.run.schema
            return ["name": .text(name), "in": "path", "required": true, "schema": schema]
        }
        if resource.takesKeyHeader {
            parameters.append([
                "name": "Idempotency-Key", "in": "header",
                "required": .flag(spec.required.contains(.idempotencyKey)),
                "schema": [
                    "type": "string", "minLength": 1,
                    "maxLength": .number(Int64(Bounds.maxKeyBytes)),
                    "pattern": "^[!-~]+$",
                ],
            ])
        }
        if !resource.hasBody {
            parameters += resource.fields.filter { $0 != .label }.map { field in
                [
                    "name": .text(field.rawValue), "in": "query",
                    "required": .flag(isRequired(field, resource)), "schema": field.schema,
                ]
            }
        }
        return parameters
    }

    /// STATUS without an id asks by the key.
    private static func isRequired(_ field: Field, _ resource: Resource) -> Bool {
        resource.command.spec.required.contains(field)
            || (field == .idempotencyKey && resource.values.isEmpty)
    }

    private static func body(_ resource: Resource) -> JSON {
        let fields = resource.fields
        let required = fields.filter { resource.command.spec.required.contains($0) }
        let schema: JSON = [
            "type": "object",
            "properties": .object(
                fields.filter { $0 != .label }.map { .init($0.rawValue, $0.schema) }),
            "patternProperties": fields.contains(.label)
                ? ["^label\\.[!-~]{1,64}$": Field.label.schema] : [:],
            // The policy's own names of subject fields are told by its author.
            "additionalProperties": false,
            "required": .list(required.map { .text($0.rawValue) }),
        ]
        return [
            "required": .flag(!required.isEmpty),
            "content": ["application/json": ["schema": schema]],
        ]
    }

    private static func responses(_ resource: Resource) -> [JSON.Member] {
        let command = resource.command
        var statuses = [400, 401, 403, 405, 413, 429, 500, 503, 504]
        if resource.hasBody { statuses.append(415) }
        if !resource.values.isEmpty || command == .status { statuses.append(404) }
        if command.spec.fields.contains(.idempotencyKey) || command.spec.positions == ["id"] {
            statuses.append(409)
        }
        if command.admits { statuses += [402, 422] }
        let answer = Schema.reference(AnswerShape(command).rawValue)
        return [response(200, command.spec.summary, answer, "application/json")]
            + statuses.sorted().map { status in
                response(
                    status, HTTPResponse.Status(code: status).meaning,
                    schema(of: status, command), Problem.mediaType)
            }
    }

    private static func schema(of status: Int, _ command: Command) -> JSON {
        let problem = Schema.reference("Problem")
        let denial = Schema.reference("Denial")
        guard command.admits else { return problem }
        switch status {
        case 402, 422: return denial
        case 403, 429: return ["anyOf": [denial, problem]]
        default: return problem
        }
    }

    static func response(
        _ status: Int, _ text: String, _ schema: JSON, _ type: String
    ) -> JSON.Member {
        var members: [JSON.Member] = [.init("description", .text(text))]
        if type == Problem.mediaType, let (name, meaning) = header(of: status) {
            let header: JSON = ["description": .text(meaning), "schema": ["type": "string"]]
            members.append(.init("headers", .object([.init(name, header)])))
        }
        members.append(.init("content", .object([.init(type, ["schema": schema])])))
        return .init(String(status), .object(members))
    }

    /// What a problem says beside its document.
    private static func header(of status: Int) -> (name: String, meaning: String)? {
        switch status {
        case 401: ("WWW-Authenticate", "How to say who asks")
        case 405: ("Allow", "The methods that there are")
        case 429, 503: ("Retry-After", "Seconds after which to try again")
        default: nil
        }
    }

    /// The last part of its path.
    private static func identifier(_ page: Page) -> String {
        let parts = page.rawValue.split(separator: "/")
        return parts.last.map { $0.replacing(".", with: "_") }.map(String.init) ?? ""
    }

    private static func page(_ page: Page) -> JSON {
        let problem = Schema.reference("Problem")
        var responses: [JSON.Member]
        switch page {
        case .health:
            responses = [response(200, "It lives", Schema.reference("Health"), "application/json")]
        case .readiness:
            responses = [
                response(200, "It decides", Schema.reference("Health"), "application/json"),
                response(503, "It can't", Schema.reference("Health"), "application/json"),
            ]
        case .metrics:
            responses = [response(200, "Prometheus's text format", Schema.text, "text/plain")]
        case .caller:
            responses = [
                response(200, "Who asks", Schema.reference("Caller"), "application/json")
            ]
        case .description:
            responses = [response(200, "This document", ["type": "object"], "application/json")]
        }
        responses += (page.role == nil ? [405] : [401, 403, 405, 429, 503]).map {
            response($0, HTTPResponse.Status(code: $0).meaning, problem, Problem.mediaType)
        }
        var members: [JSON.Member] = [
            .init(
                "operationId", .text(identifier(page))),
            .init("responses", .object(responses)),
        ]
        if page.role == nil { members.append(.init("security", [])) }
        return .object(members)
    }
}

extension HTTPResponse.Status {
    /// For people who read the document.
    var meaning: String {
        switch code {
        case 402: "Denied: a limit is reached"
        case 403: "The role or the tenant may not do this, or the subject is suspended"
        case 404: "There is nothing of that name"
        case 409: "The key was used for another request, or the reservation has ended"
        case 422: "Denied: the policy asks for a field or a price that the call has not"
        case 429: "Denied: a rate is reached; or wrong credentials were given too often"
        case 503: "It certainly had no effect; try again"
        case 504: "It may have had an effect; repeat it with the same key"
        default: reasonPhrase
        }
    }
}
