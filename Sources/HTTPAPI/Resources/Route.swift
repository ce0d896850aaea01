// From a method and a path to what is meant. A path is split before its escapes are undone, so
// that a value may have slashes in it.

import BudgetModel
import BudgetService
import Foundation
import HTTPTypes

/// What a request is about.
enum Route: Sendable {
    case page(Page)
    /// A file of the operators' page.
    case file(PageFile)
    /// Events as they come.
    case events(EventFilter.Family)
    /// A command's resource, and the values of its path in order.
    case resource(Resource, [String])

    /// Finds it.
    ///
    /// - Parameter path: without the query, as it came.
    static func find(
        _ method: HTTPRequest.Method, _ path: Substring
    ) throws(Problem) -> Route {
        let isRead = method == .get || method == .head
        if let page = Page(rawValue: String(path)) {
            guard isRead else { throw other(method, than: ["GET", "HEAD"]) }
            return .page(page)
        }
        if let file = PageFile.at(path) {
            guard isRead else { throw other(method, than: ["GET", "HEAD"]) }
            return .file(file)
        }
        if let family = EventFilter.Family.at(path) {
            guard method == .get else { throw other(method, than: ["GET"]) }
            return .events(family)
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        var methods: [String] = []
        for resource in Resource.all where resource.segments.count == parts.count {
            guard let values = try match(resource, parts) else { continue }
            if resource.method == method || (resource.method == .get && isRead) {
                return .resource(resource, values)
            }
            methods.append(resource.method.rawValue)
        }
        if !methods.isEmpty { throw other(method, than: methods) }
        throw Problem(
            .notFound, .error,
            "there is nothing at \(FieldText.shown(path)); /openapi.json lists all")
    }

    /// What requests of a path are counted as: a row of a table, whatever the path has for values.
    static func name(of path: Substring) -> String {
        if let page = Page(rawValue: String(path)) { return page.rawValue }
        if PageFile.at(path) != nil { return "/page" }
        if let family = EventFilter.Family.at(path) { return family.path }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let resource = Resource.all.first { resource in
            resource.segments.count == parts.count
                && zip(resource.segments, parts).allSatisfy { segment, part in
                    if case .word(let word) = segment { part == word } else { !part.isEmpty }
                }
        }
        return resource?.template ?? HTTPTally.noRoute
    }

    /// The values of a path that is the resource's, else nil.
    private static func match(
        _ resource: Resource, _ parts: ArraySlice<Substring>
    ) throws(Problem) -> [String]? {
        let pairs = zip(resource.segments, parts)
        for case (.word(let word), let part) in pairs where part != word { return nil }
        var values: [String] = []
        for case (.value(let name), let part) in pairs {
            guard !part.isEmpty else { return nil }
            values.append(try PercentText.decoded(part, of: name))
        }
        return values
    }

    private static func other(_ method: HTTPRequest.Method, than known: [String]) -> Problem {
        let list = known.joined(separator: ", ")
        var problem = Problem(
            .methodNotAllowed, .error, "\(method.rawValue) is none of its methods; expected \(list)"
        )
        problem.title = "The resource has no such method"
        problem.allow = list
        return problem
    }
}

extension EventFilter.Family {
    /// Where its events are told.
    var path: String { "/v1/" + rawValue }

    /// Those that are told at a path.
    static func at(_ path: Substring) -> Self? { allCases.first { $0.path == path } }
}
