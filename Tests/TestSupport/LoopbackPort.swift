// A TCP port of 127.0.0.1 that nobody listens on.

import Glibc

/// Free ports.
public enum LoopbackPort {
    /// A port that was free a moment ago: the system hands out another one to the next who asks.
    public static func free() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        defer { close(socket) }
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let bound = bind(socket, pointer, length)
                return bound == 0 ? getsockname(socket, pointer, &length) : bound
            }
        }
        guard status == 0 else { throw TestRedis.Failure(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
