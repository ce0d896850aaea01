// The streams of events, in the API for programs. Their reply has no end, and what stands in its
// `data` is said for people, in PROTOCOL.md: OpenAPI knows no schema of an event.

import BudgetModel
import BudgetService
import HTTPTypes

enum EventsPath {
    /// The operation of a family's path.
    static func get(_ family: EventFilter.Family) -> JSON {
        let filters = Field.subject.filter { $0 != .label }.map { field -> JSON in
            ["name": .text(field.rawValue), "in": "query", "schema": field.schema]
        }
        let last: [JSON] = [(Responder.lastEvent, "query"), ("Last-Event-ID", "header")].map {
            [
                "name": .text($0.0), "in": .text($0.1),
                "schema": [
                    "type": "integer", "minimum": 0,
                    "description": "the id of the last event that was read",
                ],
            ]
        }
        let problem = Schema.reference("Problem")
        let refusals = [400, 401, 403, 405, 429, 500, 503].map { status in
            OpenAPI.response(
                status, HTTPResponse.Status(code: status).meaning, problem, Problem.mediaType)
        }
        return [
            "operationId": .text(family.rawValue),
            "summary": .text(family.summary),
            "description": .text(
                "Server-sent events, as they come: the reply does not end by itself. Needs the "
                    + "role \(family.role.name). A subject's fields, labels `label.<name>` among "
                    + "them, leave out the events of others."),
            "parameters": .list(filters + last),
            "responses": .object(
                [OpenAPI.response(200, "Events", Schema.text, "text/event-stream")] + refusals),
        ]
    }
}
