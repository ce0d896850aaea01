// redis-py 8.1 before a whole daemon: answers as dicts, pipelines, and a reply that is lost on the
// way, which the client makes up for by sending the command again by itself.

import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct RedisPyTests {
        let daemon: TestDaemon

        init() throws {
            daemon = try TestDaemon(policy: Policies.capped(1000))
        }

        private func expectSilence(_ script: String) throws {
            let opening = """
                import redis, socket, sys, threading
                path = sys.argv[1]
                CALL = 'run r user u model gpt-4o input_tokens 4000 output_tokens 600'.split()
                def check(left, right):
                    if left != right: print('expected', right, 'got', left)
                def connect(**options):
                    return redis.Redis(
                        unix_socket_path=path, decode_responses=True, **options)

                """
            let program = try Program([
                Program.python, "-c", opening + script, daemon.socketPath,
            ])
            #expect(program.errors == "")
            #expect(program.output == "")
            #expect(program.ending == .exit(0))
        }

        @Test func answersAreDictsInRESP3AndFlatListsInRESP2() throws {
            try expectSilence(
                """
                c = connect()
                r = c.execute_command('RESERVE', 'idempotency_key', 'k', *CALL)
                check((r['decision'], r['state'], r['replayed']), ('allow', 'held', 0))
                done = c.execute_command('COMMIT', r['id'], 'output_tokens', 500)
                check((done['state'], done['cost_usd']), ('committed', '0.015'))
                usage = c.execute_command('USAGE', 'user', 'u')
                check([row['limit'] for row in usage['limits']], ['cost'])
                check(usage['limits'][0]['spent'], '0.015')
                two = connect(protocol=2)
                flat = two.execute_command('RESERVE', 'idempotency_key', 'k', *CALL)
                pairs = dict(zip(flat[::2], flat[1::2]))
                r['replayed'] = 1
                r['state'] = 'committed'
                check(pairs, r)
                try:
                    c.execute_command('COMMIT', r['id'])
                    print('no error')
                except redis.ResponseError as error:
                    check(str(error).split()[0], 'FINALIZED')
                """)
        }

        @Test func pipelinesWithAndWithoutTransaction() throws {
            try expectSilence(
                """
                for transaction in True, False:
                    for protocol in 2, 3:
                        c = connect(protocol=protocol)
                        p = c.pipeline(transaction=transaction)
                        for n in range(100):
                            key = '%s%s%d' % (transaction, protocol, n)
                            p.execute_command('CHARGE', 'idempotency_key', key, *CALL)
                        answers = p.execute()
                        check(len(answers), 100)
                        for answer in answers:
                            check('allow' in (answer if protocol == 2 else answer.values()), True)
                check(connect().execute_command('RUN', 'r')['calls'], 400)
                """)
        }

        /// Promise 6 where it matters most: the client repeats without being asked.
        @Test(arguments: ["CHARGE", "RESERVE", "RECORD"])
        func promise6ALostReplyIsChargedOnce(_ verb: String) throws {
            try expectSilence(
                """
                copies = []
                def pump(source, target):
                    while data := source.recv(65536): target.sendall(data)
                def proxy(listener):
                    while True:
                        client, _ = listener.accept()
                        server = socket.socket(socket.AF_UNIX)
                        server.connect(sys.argv[1])
                        threading.Thread(
                            target=forward, args=(client, server), daemon=True).start()
                def forward(client, server):
                    while data := client.recv(65536):
                        server.sendall(data)
                        reply = server.recv(65536)
                        if b'idempotency_key' in data:
                            copies.append(data)
                            if len(copies) < 3:
                                client.close()
                                return
                        client.sendall(reply)
                listener = socket.socket(socket.AF_UNIX)
                path = sys.argv[1] + '.proxy'
                listener.bind(path)
                listener.listen(16)
                threading.Thread(target=proxy, args=(listener,), daemon=True).start()
                c = connect()
                r = c.execute_command('\(verb)', 'idempotency_key', 'k', *CALL)
                check(len(copies), 3)
                check(r['replayed'], 1)
                if r['state'] == 'held':
                    c.execute_command('COMMIT', r['id'])
                books = connect().execute_command('RUN', 'r')
                check((books['calls'], books['cost_usd']), (1, '0.016'))
                """)
        }
    }
}
