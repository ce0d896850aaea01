// Everything that a start needs, found and checked beforehand: the programs, the locked directory,
// and the configuration file written into it.

struct ServerInstallation: Sendable {
    let directory: DataDirectory
    let command: [String]
    let required: [String: String]

    init(configuration: EmbeddedRedis.Configuration) throws(EmbeddedRedisError) {
        let redisServer = try Executable.find(configuration.redisServer, package: "redis-server")
        let setpriv = try Executable.find(configuration.setpriv, package: "util-linux")
        directory = try DataDirectory(configuration.directory)
        let maxMemory =
            configuration.maxMemoryBytes
            ?? MachineMemory.maxMemory(machineBytes: MachineMemory.total())
        let file = ServerConfigurationFile(
            directory: directory.path, socket: directory.socket,
            durability: configuration.durability, maxMemoryBytes: maxMemory)
        do throws(SmallFile.Failure) {
            try SmallFile.replace(directory.configurationFile, with: file.text)
        } catch {
            throw EmbeddedRedisError(
                .directoryUnusable, "the server's configuration can't be written: \(error)")
        }
        required = file.required
        command = [setpriv, "--pdeathsig", "TERM", redisServer, directory.configurationFile]
    }
}
