// The end on a real socket: what was answered arrives, however slow its reader is.

import Testing

@testable import SocketAPI

@Suite struct DrainTests {
    @Test func aSlowReaderGetsEveryReplyThatWasMade() async throws {
        try await withServer { server, path in
            // It reads only once the socket's file is gone, so while the server waits for it.
            let script = """
                s = connected()
                one = b'*2\\r\\n$4\\r\\nECHO\\r\\n$60000\\r\\n' + b'x' * 60000 + b'\\r\\n'
                def send():
                    try: s.sendall(one * 200)
                    except OSError: pass
                t = threading.Thread(target=send, daemon=True); t.start()
                end = time.monotonic() + 20
                while os.path.exists(sys.argv[1]):
                    if time.monotonic() > end: sys.exit('the socket is still there')
                got = 0
                try:
                    while True:
                        part = s.recv(65536)
                        if not part: break
                        got += len(part)
                except ConnectionResetError: pass
                print(got // 60010, got % 60010)
                """
            async let result = runPython(script, path)
            try await wait(until: "15 requests are taken") { server.counts.requests >= 15 }
            await server.drain()
            let requests = server.counts.requests
            let output = try await result.output
            #expect(output == "\(requests) 0\n")
        }
    }

    @Test func anIdleConnectionEndsAndNobodyConnects() async throws {
        try await withServer { server, path in
            async let result = run(["redis-cli", "-s", path], input: "PING\n")
            try await wait(until: "a connection is accepted") { server.counts.accepted >= 1 }
            await server.drain()
            #expect(server.counts.open == 0)
            _ = try await result
            let refused = try await run(["redis-cli", "-s", path, "PING"])
            #expect(refused.output.contains("Could not connect"))
        }
    }
}
