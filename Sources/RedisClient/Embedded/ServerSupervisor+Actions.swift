// The supervisor's hands: looking, starting, watching, signalling, and the end.
import Glibc
import NIOPosix

extension ServerSupervisor {
    /// Between two looks at an adopted process, of which no waitpid tells.
    private static let watchPause = Duration.milliseconds(50)

    private var inspection: ServerInspection {
        ServerInspection(directory: installation.directory, required: installation.required)
    }

    func inspect() {
        Task { [inspection] in
            // The pool is the process's own and never shut down; were it, nothing would be found.
            let finding = try? await NIOThreadPool.singleton.runIfActive { inspection.find() }
            post(.inspected(finding ?? .none))
        }
    }

    func probe(_ pid: Int32, after pause: Duration) {
        Task { [inspection] in
            try? await Task.sleep(for: pause)
            let answer = try? await NIOThreadPool.singleton.runIfActive {
                inspection.answer(of: pid)
            }
            post(.probed(pid: pid, answer ?? .silent))
        }
    }

    func spawn() {
        watcher?.cancel()
        adopted = nil
        log.beginStart()
        ChildProcess.launch(installation.command, log: log.path) { [self] report in
            take(report)
        }
    }

    /// On the child's thread, in the order of what happened.
    private nonisolated func take(_ report: ChildProcess.Report) {
        switch report {
        case .spawned(let process):
            child.withLock { $0 = process }
            record(process.pid)
            post(.spawned(pid: process.pid))
        case .failed(let number):
            let reason = String(cString: strerror(number))
            post(.spawnFailed(EmbeddedRedisError(.spawnFailed, "redis-server: \(reason)")))
        case .exited(let pid, let exit):
            child.withLock { $0 = nil }
            post(.exited(pid: pid, exit))
        }
    }

    private nonisolated func record(_ pid: Int32) {
        guard let identity = ProcessIdentity(livingPID: pid) else { return }
        do throws(SmallFile.Failure) {
            try SmallFile.replace(installation.directory.processRecord, with: identity.record)
        } catch {
            logger.error(
                "embedded redis's pid can't be recorded", metadata: ["error": "\(error)"])
        }
    }

    func watch(_ pid: Int32) {
        let recorded = inspection.recorded
        let identity =
            recorded?.pid == pid ? recorded : ProcessIdentity(livingPID: pid)
        adopted = identity
        if recorded != identity { record(pid) }
        watcher = Task {
            while let identity, identity.isAlive {
                guard (try? await Task.sleep(for: Self.watchPause)) != nil else { return }
            }
            post(.exited(pid: pid, .unknown))
        }
    }

    func signal(_ number: Int32) {
        if let adopted { return adopted.signal(number) }
        child.withLock { $0 }?.signal(number)
    }

    func finish(_ failure: ServerLifecycle.Failure?) {
        cancelTimers()
        installation.directory.release()
        if let failure {
            let error = failure.error(
                directory: installation.directory.path, log: log.path, tail: log.tail())
            logger.error("embedded redis ended", metadata: ["error": "\(oneLine("\(error)"))"])
            started.resolve(.failure(error))
            ended.resolve(.failure(error))
        } else {
            logger.info("embedded redis stopped")
            started.resolve(.failure(.stopped))
            ended.resolve(.success(()))
        }
    }

    /// A log entry is one line.
    func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " | ")
    }
}
