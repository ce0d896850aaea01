// The cursors of COUNTERS' pages. Redis's SCAN goes through the keys of all tenants, and a cursor
// of it tells how many there are. So it is told sealed, by what the daemons on one Redis know and
// no client does: the name of Redis's run, since in another one, where the keys have another order,
// it would be worth nothing. A Redis that doesn't tell it, as managed ones do, keeps a secret that
// the first daemon made (`StoreCheck`).
//
// A Feistel network of four rounds of HMAC-SHA256 over 52 bits, as JSON has them exactly: what
// SCAN said, which part of the books it is in, and nothing but zeros, by which a cursor that was
// made up, or is another tenant's, is told.

import BudgetModel
import Crypto
import Foundation

/// Where a walk through the books goes on.
struct ScanCursor: Equatable {
    /// What is walked through.
    enum Part: UInt64 {
        case holds = 0
        case hashes = 1
    }

    private static let positionBits: UInt64 = 36
    private static let halfBits: UInt64 = 26
    private static let half: UInt64 = 1 << halfBits - 1

    let part: Part
    /// As SCAN says it.
    let position: UInt64

    init(_ part: Part, _ position: UInt64) {
        self.part = part
        self.position = position
    }

    /// Opens one that was told; nil where it is none of that tenant under that secret.
    init?(_ sealed: Int, tenant: String, secret: String) {
        guard let number = UInt64(exactly: sealed), number >> (2 * Self.halfBits) == 0 else {
            return nil
        }
        var (left, right) = (number >> Self.halfBits, number & Self.half)
        for round in (0..<4).reversed() {
            (left, right) = (right ^ Self.mixed(left, round, tenant, secret), left)
        }
        let plain = left << Self.halfBits | right
        guard let part = Part(rawValue: plain >> Self.positionBits) else { return nil }
        self.init(part, plain & (1 << Self.positionBits - 1))
    }

    /// What is told of it; nil where Redis has more keys than any has.
    func sealed(tenant: String, secret: String) -> Int? {
        guard position >> Self.positionBits == 0 else { return nil }
        let plain = part.rawValue << Self.positionBits | position
        var (left, right) = (plain >> Self.halfBits, plain & Self.half)
        for round in 0..<4 {
            (left, right) = (right, left ^ Self.mixed(right, round, tenant, secret))
        }
        return Int(left << Self.halfBits | right)
    }

    private static func mixed(
        _ half: UInt64, _ round: Int, _ tenant: String, _ secret: String
    ) -> UInt64 {
        let text = Data("\(round) \(half) \(tenant)".utf8)
        let key = SymmetricKey(data: Data(secret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: text, using: key)
        return code.prefix(4).reduce(0) { $0 << 8 | UInt64($1) } & self.half
    }
}
