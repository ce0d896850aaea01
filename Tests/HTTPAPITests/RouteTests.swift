// From method and path to what is meant.

import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct RouteTests {
    private func described(_ method: HTTPRequest.Method, _ path: String) -> String {
        do throws(Problem) {
            switch try Route.find(method, Substring(path)) {
            case .page(let page): return "\(page)"
            case .file(let file): return file.path
            case .events(let family): return "\(family)"
            case .resource(let resource, let values):
                return ([resource.command.rawValue] + values).joined(separator: " ")
            }
        } catch {
            return "\(error.status.code) \(error.allow ?? "")"
        }
    }

    @Test(arguments: [
        ("GET", "/healthz", "health"), ("HEAD", "/healthz", "health"),
        ("POST", "/healthz", "405 GET, HEAD"), ("GET", "/openapi.json", "description"),
        ("POST", "/v1/reservations", "RESERVE"), ("GET", "/v1/reservations", "STATUS"),
        ("HEAD", "/v1/usage", "USAGE"),
        ("GET", "/v1/reservations/default.abc", "STATUS default.abc"),
        ("POST", "/v1/reservations/a%2Fb.c/commit", "COMMIT a/b.c"),
        ("GET", "/v1/runs/a%20b%3F", "RUN a b?"), ("GET", "/v1/runs/%C3%A9", "RUN é"),
        ("GET", "/v1/runs/%ff", "400 "), ("GET", "/v1/runs/", "404 "),
        ("GET", "/v1/runs", "404 "), ("GET", "/v1/runs/a/b", "404 "),
        ("PATCH", "/v1/suspensions", "405 POST, DELETE"), ("GET", "/v1/charges", "405 POST"),
        ("DELETE", "/v1/limits/l/override", "LIMIT UNSET l"), ("GET", "", "404 "),
        ("GET", "/", "/"), ("POST", "/", "405 GET, HEAD"),
        ("GET", "/page/main.js", "/page/main.js"), ("GET", "/page/", "404 "),
        ("GET", "/page/../index.html", "404 "), ("GET", "/v1/caller", "caller"),
        ("GET", "//v1/usage", "404 "), ("GET", "/v1/usage/", "404 "),
        ("GET", "*", "404 "), ("GET", "/v1/events", "events"), ("GET", "/v1/acts", "acts"),
        ("HEAD", "/v1/events", "405 GET"), ("GET", "/v1/events/", "404 "),
    ])
    func finds(method: String, path: String, what: String) throws {
        let method = try #require(HTTPRequest.Method(rawValue: method))
        #expect(described(method, path) == what)
    }
}
