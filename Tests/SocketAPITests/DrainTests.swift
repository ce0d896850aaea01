// The end on a real socket: what was answered arrives, however slow its reader is.

import Testing

@testable import SocketAPI

@Suite struct DrainTests {
    @Test func aSlowReaderGetsEveryReplyThatWasMade() async throws {
        try await withServer { server, path in
            // It reads only once the socket's file is gone, so while the server waits for it.
            let script = """
                import os, socket, sys, threading
                s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
                one = b'*2\\r\\n$4\\r\\nECHO\\r\\n$60000\\r\\n' + b'x' * 60000 + b'\\r\\n'
                def send():
                    try: s.sendall(one * 200)
                    except OSError: pass
                t = threading.Thread(target=send, daemon=True); t.start()
                while os.path.exists(sys.argv[1]): pass
                got = 0
                try:
                    while True:
                        part = s.recv(65536)
                        if not part: break
                        got += len(part)
                except ConnectionResetError: pass
                print(got // 60010, got % 60010)
                """
            async let result = run(["python3", "-c", script, path])
            while server.counts.requests < 15 { await Task.yield() }
            await server.drain()
            let requests = server.counts.requests
            let output = try await result.output
            #expect(output == "\(requests) 0\n")
        }
    }

    @Test func anIdleConnectionEndsAndNobodyConnects() async throws {
        try await withServer { server, path in
            async let result = run(["redis-cli", "-s", path], input: "PING\n")
            while server.counts.accepted < 1 { await Task.yield() }
            await server.drain()
            #expect(server.counts.open == 0)
            _ = try await result
            let refused = try await run(["redis-cli", "-s", path, "PING"])
            #expect(refused.output.contains("Could not connect"))
        }
    }
}
