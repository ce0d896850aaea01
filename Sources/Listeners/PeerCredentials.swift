// Who is at the other end of a unix socket, as the kernel vouches for it (Linux: SO_PEERCRED and
// SO_PEERGROUPS). It is the identity at the time of connecting; a process can't lie about it.

import Glibc

/// The user, groups and process at the other end of a unix socket.
public struct PeerCredentials: Equatable, Sendable {
    /// The effective user id.
    public let userID: UInt32
    /// The effective group id, then the supplementary ones.
    public let groupIDs: [UInt32]
    /// The process, as this side's namespace numbers it; 0 where it isn't visible.
    public let processID: Int32

    /// Makes credentials.
    public init(userID: UInt32, groupIDs: [UInt32], processID: Int32) {
        self.userID = userID
        self.groupIDs = groupIDs
        self.processID = processID
    }

    /// Asks the kernel; nil where the descriptor is no connected unix socket.
    public init?(descriptor: Int32) {
        var credentials = KernelCredentials()
        var length = socklen_t(MemoryLayout<KernelCredentials>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0,
            credentials.user != UInt32.max
        else { return nil }
        userID = credentials.user
        processID = credentials.process
        groupIDs = [credentials.group] + Self.supplementaryGroups(descriptor)
    }

    /// None where the kernel can't tell (before Linux 4.13): a role that only such a group gives
    /// is then not given.
    private static func supplementaryGroups(_ descriptor: Int32) -> [UInt32] {
        var groups = [UInt32](repeating: 0, count: maxGroups)
        var length = socklen_t(groups.count * MemoryLayout<UInt32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, peerGroups, &groups, &length) == 0 else {
            return []
        }
        return Array(groups.prefix(Int(length) / MemoryLayout<UInt32>.size))
    }
}

/// `struct ucred`, which Glibc's module doesn't show.
private struct KernelCredentials {
    var process: Int32 = 0
    var user: UInt32 = .max
    var group: UInt32 = .max
}

/// SO_PEERGROUPS of asm-generic/socket.h; x86 and Arm both have it so.
private let peerGroups: Int32 = 59
/// Far more groups than anybody is in; a member of more has none of them here.
private let maxGroups = 1024
