// What libFuzzer calls; its own main is the program's. Built by `deploy/test --fuzz` alone, since
// all that it tries has to be compiled for libFuzzer too.

import Foundation
import Fuzz

/// BUDGETD_FUZZ names the target.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["BUDGETD_FUZZ"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("BUDGETD_FUZZ is \"\(name)\"; expected one of \(names)")
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func tryOne(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    if let breach = target.breach(by: input) { fatalError(breach) }
    return 0
}
