// Who may ask over HTTP, and until when: tokens, certificates, sockets; and health while Redis is
// gone.

import AccessTokens
import BudgetService
import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct HTTPAccessTests {
        @Test func aWrongTokenIsRefusedAndHasToWait() throws {
            let daemon = try HTTPDaemon()
            let good = try daemon.stranger
            #expect(
                try good.send("GET", "/v1/usage", headers: daemon.headers("worker")).status == 200)
            let bad = try daemon.stranger
            for _ in 0..<5 {
                let answer = try bad.send("GET", "/v1/usage", headers: daemon.headers("bgt_wrong"))
                #expect(answer.status == 401)
                #expect(answer.text("code") == "WRONGPASS")
            }
            let late = try bad.send("GET", "/v1/usage", headers: daemon.headers("bgt_wrong"))
            #expect(late.status == 429)
            #expect(late.headers["retry-after"] != nil)
            let again = try good.send("GET", "/v1/usage", headers: daemon.headers("worker"))
            #expect(again.status == 200, "a connection whose token is right goes on")
            let wrongOnSocket = try daemon.client.send(
                "GET", "/v1/usage", headers: daemon.headers("bgt_wrong"))
            #expect(wrongOnSocket.status == 401, "the peer's role doesn't make up for it")
            #expect(!daemon.daemon.log.contains("bgt_wrong"))
            let basic = ["Authorization": "Basic d29ya2VyOng="]
            #expect(try daemon.client.send("GET", "/v1/usage", headers: basic).status == 401)
        }

        /// A request that was refused may send what it had to say, within bounds.
        @Test(arguments: ["stranger", "worker"]) func aRefusedBodyIsNotReadForEver(
            _ name: String
        ) throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.stranger
            let authorization = daemon.headers(name)["Authorization"] ?? ""
            // Of a worker it is a body that is too large, of a stranger any.
            let status = name == "worker" ? 413 : 401
            let small = try client.send(
                "POST", "/v1/charges", body: String(repeating: " ", count: 200_000))
            #expect(small.status == 401)
            #expect(try client.send("GET", "/healthz").status == 200, "the connection goes on")
            let chunk = "10000\r\n" + String(repeating: " ", count: 65_536) + "\r\n"
            try client.write(
                raw: "POST /v1/charges HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n"
                    + "Authorization: \(authorization)\r\nIdempotency-Key: k\r\n\r\n"
                    + String(repeating: chunk, count: 5))
            #expect(try client.send(raw: "").status == status)
            var sent = 0
            #expect(throws: (any Error).self) {
                while sent < 256 {
                    try client.write(raw: chunk)
                    sent += 1
                }
            }
            #expect(sent < 128, "16 are read, and what the kernel takes")
        }

        @Test func aRevokedTokenIsGoodNoMoreOnAnOpenConnection() throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.stranger
            let headers = daemon.headers("worker")
            #expect(try client.send("GET", "/v1/usage", headers: headers).status == 200)
            try TokenFile().write(path: daemon.daemon.directory.path + "/tokens")
            try daemon.daemon.process.signal(SIGHUP)
            #expect(
                try eventually {
                    try client.send("GET", "/v1/usage", headers: headers).status == 401
                })
        }

        @Test func certificatesGiveRolesOverTLS() throws {
            let certificates = try Certificates()
            try certificates.sign("gateway", names: "DNS:gateway.example")
            try certificates.sign("nobody", names: "DNS:nobody.example")
            let daemon = try HTTPDaemon(
                http: """
                    , tls: { certificate: \(certificates.path("server.pem")), \
                    key: \(certificates.path("server.key")), \
                    client_ca: \(certificates.path("ca.pem")), \
                    clients: { gateway.example: { role: worker, tenant: acme } } }
                    """)
            func curl(_ path: String, _ more: [String]) throws -> String {
                try Program(
                    [
                        "curl", "-s", "--cacert", certificates.path("ca.pem"), "-o", "-", "-w",
                        " %{http_code}", "https://localhost:\(daemon.port)\(path)",
                    ] + more
                ).output
            }
            func certificate(_ name: String) -> [String] {
                [
                    "--cert", certificates.path(name + ".pem"), "--key",
                    certificates.path(name + ".key"),
                ]
            }
            #expect(try curl("/healthz", []).hasSuffix(" 200"))
            #expect(try curl("/v1/usage", []).hasSuffix(" 401"))
            #expect(try curl("/v1/usage", certificate("nobody")).hasSuffix(" 401"))
            #expect(try curl("/v1/usage", certificate("gateway")).hasSuffix(" 200"))
            let other = try curl("/v1/usage?tenant=other", certificate("gateway"))
            #expect(other.hasSuffix(" 403"))
            let token = ["-H", "Authorization: Bearer \(daemon.secrets["ops"] ?? "")"]
            #expect(try curl("/v1/runs/r", token).hasSuffix(" 200"))
            #expect(try curl("/v1/runs/r", certificate("gateway")).hasSuffix(" 403"))
        }

        @Test func readinessTellsWhatIsMissing() throws {
            let redis = try TestRedis()
            let daemon = try HTTPDaemon(redis: redis)
            let client = try daemon.stranger
            #expect(try client.send("GET", "/readyz").status == 200)
            redis.pause()
            #expect(try eventually { try client.send("GET", "/readyz").status == 503 })
            let answer = try client.send("GET", "/readyz")
            #expect(answer.body.contains("redis: no answer on 1 of 1 connection"))
            #expect(try client.send("GET", "/healthz").status == 200)
            let charge = try daemon.client.send(
                "POST", "/v1/charges", headers: ["Idempotency-Key": "k"],
                body: #"{"run": "r", "cost_usd": 1}"#)
            #expect([503, 504].contains(charge.status), "\(charge.body)")
            let numbers = try daemon.send(as: "ops", "GET", "/metrics")
            #expect(numbers.body.contains("budgetd_ready 0\n"))
            redis.resume()
            #expect(try eventually { try client.send("GET", "/readyz").status == 200 })
        }

        @Test func daemonsThatDifferAreNotReady() throws {
            let redis = try TestRedis()
            let first = try HTTPDaemon(redis: redis)
            let second = try HTTPDaemon(policy: Policies.open, redis: redis)
            for daemon in [first, second] {
                #expect(
                    try eventually {
                        let answer = try daemon.stranger.send("GET", "/readyz")
                        return answer.status == 503
                            && answer.body.contains("1 daemon on this Redis has another policy")
                    })
            }
        }

        @Test func aRedisThatIsRefusedIsToldFromOneThatIsAway() throws {
            let redis = try TestRedis()
            let daemon = try HTTPDaemon(redis: redis)
            let client = try daemon.stranger
            #expect(try client.send("GET", "/readyz").status == 200)
            try redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
            try redis.command("CLIENT", "KILL", "TYPE", "normal")
            #expect(
                try eventually {
                    let answer = try client.send("GET", "/readyz")
                    return answer.status == 503 && answer.body.contains("redis: it answers, but is")
                })
            try redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
            #expect(try eventually { try client.send("GET", "/readyz").status == 200 })
        }

        @Test func theSocketIsGoneAfterTheEnd() throws {
            let daemon = try HTTPDaemon()
            #expect(daemon.daemon.directory.exists("h.sock"))
            let client = try daemon.client
            #expect(try client.send("GET", "/healthz").status == 200)
            #expect(try daemon.daemon.stop() == .exit(0))
            #expect(!daemon.daemon.directory.exists("h.sock"))
        }
    }
}
