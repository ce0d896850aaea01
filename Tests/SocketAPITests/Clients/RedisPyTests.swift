// redis-py 8.1 as it is.

import Foundation
import Testing

@testable import SocketAPI

private let opening = """
    import redis, sys
    path = sys.argv[1]
    def check(left, right):
        if left != right: print('expected', right, 'got', left)
    """

@Suite struct RedisPyTests {
    @Test(arguments: [
        """
        c = redis.Redis(unix_socket_path=path, decode_responses=True)
        check(c.execute_command('RELEASE', 't.x'), {'did': 'RELEASE', 'at': ['t.x'], 'with': 0})
        check(c.execute_command('STATUS', 't.x'), None)
        check(c.execute_command('USAGE')['limits'][1], {'limit': 'a', 'cap': 50})
        check(c.ping(), True)
        check(c.info()['loading'], 0)
        check(c.client_info()['resp'], '3')
        check(c.client_info()['lib-name'].startswith('redis-py'), True)
        check(c.client_setname('w'), True)
        check(c.client_getname(), 'w')
        """,
        """
        c = redis.Redis(unix_socket_path=path, protocol=2, decode_responses=True)
        check(c.execute_command('RELEASE', 't.x'), ['did', 'RELEASE', 'at', ['t.x'], 'with', 0])
        check(c.client_info()['resp'], '2')
        """,
        """
        for transaction in True, False:
            c = redis.Redis(unix_socket_path=path, decode_responses=True)
            p = c.pipeline(transaction=transaction)
            for n in range(300):
                p.execute_command('RELEASE', 't.%d' % n)
            for n, got in enumerate(p.execute()):
                check(got['at'], ['t.%d' % n])
            p.execute_command('STATUS', 't.x')
            p.execute_command('CHECK', 'user', 'CONFLICT')
            got = p.execute(raise_on_error=False)
            check(got[0], None)
            check(type(got[1]), redis.ResponseError)
            check(str(got[1]).startswith('CONFLICT '), True)
        """,
        """
        c = redis.Redis(unix_socket_path=path)
        p = c.pipeline()
        p.execute_command('STATUS', 't.x')
        p.execute_command('CHECK', 'usr', 'a')
        try:
            p.execute()
            print('no error')
        except redis.ResponseError as error:
            check('BADARG unknown field' in str(error), True)
        check(c.ping(), True)
        """,
        """
        for code in 'CONFLICT', 'UNAVAILABLE', 'OUTCOME_UNKNOWN', 'OVERLOADED', 'BADARG':
            c = redis.Redis(unix_socket_path=path)
            try:
                c.execute_command('CHECK', 'user', code)
                print('no error')
            except redis.ResponseError as error:
                check(str(error), code + ' as the user  asked')
        """,
        """
        c = redis.Redis(unix_socket_path=path, username='default', password='x', client_name='n')
        check(c.client_getname(), 'n')
        c = redis.Redis(unix_socket_path=path, db=1)
        try:
            c.ping()
            print('no error')
        except redis.ResponseError:
            pass
        c = redis.Redis.from_url('unix://' + path + '?db=0')
        check(c.ping(), True)
        """,
    ]) func works(_ lines: String) async throws {
        try await withServer { _, path in
            let result = try await run(["python3", "-c", opening + "\n" + lines, path])
            #expect(result.output == "")
            #expect(result.status == 0)
        }
    }
}
