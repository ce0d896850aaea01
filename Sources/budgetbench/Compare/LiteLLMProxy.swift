// LiteLLM's proxy with one model whose answers are mocked, so that nothing leaves the machine, and
// with its budget for that model's provider, kept in its own memory: one process, the case that is
// best for it.

import Foundation
import Glibc

final class LiteLLMProxy {
    /// What it reckons a mocked call of gpt-4o to cost: 10 tokens in, 20 out, in US dollars.
    private static let callCost = 0.000225

    let place: PythonProgram.Place
    private let process: ChildProcess

    /// Starts it; whoever asks it waits until it serves.
    ///
    /// - Parameters:
    ///   - environment: a Python environment that has litellm[proxy].
    ///   - room: calls that the budget has room for.
    init(_ environment: String, in directory: String, room: Int) throws {
        let program = environment + "/bin/litellm"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw BenchError("there is no \(program): --litellm names an environment that has it")
        }
        let port = try Self.freePort()
        // It refuses to start without one; nobody else has it, and it opens nothing but mocks.
        let key =
            "sk-" + (0..<24).map { _ in String(UInt8.random(in: 16...255), radix: 16) }.joined()
        let configuration = """
            model_list:
              - model_name: \(AgentCall.model)
                litellm_params:
                  model: openai/\(AgentCall.model)
                  api_key: none
                  mock_response: "Done."
            router_settings:
              provider_budget_config:
                openai: { budget_limit: \(Double(room) * Self.callCost), time_period: 1d }
            general_settings:
              master_key: \(key)

            """
        let file = directory + "/litellm.yaml"
        try configuration.write(toFile: file, atomically: false, encoding: .utf8)
        // Prices from the package, not from the network.
        process = try ChildProcess(
            [
                "env", "LITELLM_LOCAL_MODEL_COST_MAP=True", program, "--config", file, "--host",
                "127.0.0.1", "--port", "\(port)", "--telemetry", "False",
            ], output: directory + "/litellm.log")
        place = PythonProgram.Place(address: "\(port)", key: key, daemon: process.pid)
    }

    func stop() { process.stop() }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("socket: errno \(errno)") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        guard status == 0 else { throw BenchError("a free port: errno \(errno)") }
        return UInt16(bigEndian: address.sin_port)
    }
}
