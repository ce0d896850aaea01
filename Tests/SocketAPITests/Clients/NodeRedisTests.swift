// node-redis 4, as Debian packages it.

import Foundation
import Testing

@testable import SocketAPI

@Suite struct NodeRedisTests {
    @Test func works() async throws {
        try await withServer { _, path in
            let script = """
                const { createClient } = require('@redis/client');
                (async () => {
                  const client = createClient({ socket: { path: process.argv[1] }, name: 'n' });
                  client.on('error', error => console.log('error', error.message));
                  await client.connect();
                  console.log(JSON.stringify(await client.sendCommand(['RELEASE', 't.x'])));
                  console.log(JSON.stringify(await client.multi()
                    .addCommand(['STATUS', 't.x']).addCommand(['PING']).exec()));
                  try { await client.sendCommand(['CHECK', 'user', 'CONFLICT']); }
                  catch (error) { console.log(error.message); }
                  const many = await Promise.all(Array.from({ length: 200 },
                    (_, n) => client.sendCommand(['RELEASE', 't.' + n])));
                  console.log(many.every((reply, n) => reply[3][0] === 't.' + n));
                  await client.quit();
                })();
                """
            let result = try await run([
                "env", "NODE_PATH=/usr/share/nodejs", "node", "-e", script, path,
            ])
            #expect(
                result.output == """
                    ["did","RELEASE","at",["t.x"],"with",0]
                    [null,"PONG"]
                    CONFLICT as the user  asked
                    true

                    """)
        }
    }
}
