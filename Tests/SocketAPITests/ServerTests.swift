// The listener on a real socket: its file, its bounds, its peers and its end.

import BudgetService
import Foundation
import Listeners
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import SocketAPI

@Suite struct ServerTests {
    @Test func theFileHasItsModeAndGoesWithTheServer() async throws {
        try await withServer { server, path in
            var status = stat()
            #expect(lstat(path, &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o660)
            await server.drain()
            #expect(lstat(path, &status) != 0)
            await #expect(throws: ListenerError.alreadyStarted) { try await server.start() }
        }
    }

    @Test func aPathHasToBePossible() throws {
        let directory = try TemporaryDirectory()
        let long = directory.path + "/" + String(repeating: "x", count: 100)
        #expect(
            throws: ListenerError.pathTooLong(
                path: long, bytes: long.utf8.count, most: 107)
        ) { try SocketFile(path: long, mode: 0o660, backlog: 1) }
        #expect(throws: ListenerError.noDirectory(directory.path + "/no")) {
            try SocketFile(path: directory.path + "/no/s", mode: 0o660, backlog: 1)
        }
        let file = directory.path + "/file"
        try Data().write(to: URL(filePath: file))
        #expect(throws: ListenerError.notASocket(file)) {
            try SocketFile(path: file, mode: 0o660, backlog: 1)
        }
    }

    @Test func onlyADeadServersSocketIsTaken() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/s"
        let first = try SocketFile(path: path, mode: 0o600, backlog: 1)
        // Each look stays in the backlog, so the later ones find it full: somebody is there too.
        for _ in 0..<4 {
            #expect(throws: ListenerError.inUse(path)) {
                try SocketFile(path: path, mode: 0o600, backlog: 1)
            }
        }
        close(first.descriptor)
        let second = try SocketFile(path: path, mode: 0o600, backlog: 1)
        first.remove()
        var status = stat()
        #expect(lstat(path, &status) == 0)
        second.remove()
        #expect(lstat(path, &status) != 0)
        close(second.descriptor)
    }

    @Test func tooManyConnectionsAreToldSo() async throws {
        var bounds = SocketBounds()
        bounds.maxConnections = 1
        try await withServer(bounds: bounds) { server, path in
            let script = """
                a = connected(); a.send(b'PING\\r\\n'); print(a.recv(99))
                b = connected(); print(b.recv(99), b.recv(99))
                a.send(b'QUIT\\r\\n'); print(a.recv(99), a.recv(99))
                # The client sees the end of `a` a moment before the server has counted it.
                reply = b'-'
                while reply[:1] != b'+':
                    c = connected(); c.send(b'PING\\r\\n'); reply = c.recv(99)
                print(reply)
                """
            let result = try await runPython(script, path)
            #expect(
                result.output == """
                    b'+PONG\\r\\n'
                    b'-OVERLOADED there are 1 connections, the most there may be\\r\\n' b''
                    b'+OK\\r\\n' b''
                    b'+PONG\\r\\n'

                    """)
            let counts = server.counts
            #expect(counts.refused >= 1)
            #expect(counts.accepted - counts.refused == 2)
        }
    }

    @Test func thePeerSaysWhoItIs() async throws {
        let name = "user=uid:\(geteuid()),pid:"
        try await withServer { _, path in
            let result = try await run(["redis-cli", "-s", path, "client", "info"])
            #expect(result.output.contains(name))
            #expect(result.output.contains("role=admin"))
        }
        let group = PeerRoles(adminUserIDs: [], opsGroupIDs: [getegid()])
        try await withServer(roles: group) { _, path in
            let result = try await run(["redis-cli", "-s", path, "client", "info"])
            #expect(result.output.contains("role=ops"))
        }
        try await withServer(roles: PeerRoles(adminUserIDs: [], otherRole: nil)) { _, path in
            // It sends nothing: a client that writes first may see the end before the reason.
            let script = """
                s = connected()
                print(s.recv(99), s.recv(99))
                """
            let result = try await runPython(script, path)
            #expect(
                result.output
                    == "b'-NOPERM this user has no role on this socket\\r\\n' b''\n")
        }
    }

    @Test func aClosedSideStillGetsItsReplies() async throws {
        try await withServer { _, path in
            let script = """
                s = connected()
                s.sendall(b'STATUS a\\r\\n' * 5000); s.shutdown(socket.SHUT_WR)
                got = b''
                while True:
                    part = s.recv(65536)
                    if not part: break
                    got += part
                print(got == b'$-1\\r\\n' * 5000)
                """
            let result = try await runPython(script, path)
            #expect(result.output == "True\n")
        }
    }

    @Test func aReaderThatIsSlowGetsEverything() async throws {
        try await withServer { _, path in
            let script = """
                s = connected()
                one = b'*2\\r\\n$4\\r\\nECHO\\r\\n$60000\\r\\n' + b'x' * 60000 + b'\\r\\n'
                reply = 60000 + 10
                t = threading.Thread(target=lambda: s.sendall(one * 200), daemon=True)
                t.start()
                t.join(0.5)
                print(t.is_alive())
                left = 200 * reply
                while left:
                    part = s.recv(min(left, 65536))
                    if not part: sys.exit('%d bytes are missing' % left)
                    left -= len(part)
                t.join(10); print('all')
                """
            let result = try await runPython(script, path)
            #expect(result.output == "True\nall\n")
        }
    }
}
