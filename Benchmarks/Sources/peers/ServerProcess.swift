import CLoad
import Glibc

/// A server under test: started pinned to a core, stopped by its own process id.
///
/// It is frozen (SIGSTOP) whenever another one is measured, so that two servers never share a core.
final class ServerProcess {
    let processId: pid_t

    init(_ arguments: [String], core: Int32, logPath: String) throws {
        let log = open(logPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard log >= 0 else { throw BenchmarkError("cannot write \(logPath): \(errorText(errno))") }
        defer { close(log) }
        var strings = arguments.map { strdup($0) } + [nil]
        defer { strings.forEach { free($0) } }
        let result = strings.withUnsafeMutableBufferPointer { load_spawn_pinned(core, $0.baseAddress, log) }
        guard result > 0 else { throw BenchmarkError("cannot start \(arguments[0]): \(errorText(-result))") }
        processId = result
    }

    func freeze() { kill(processId, SIGSTOP) }
    func thaw() { kill(processId, SIGCONT) }

    var isRunning: Bool { waitpid(processId, nil, WNOHANG) == 0 }

    func stop() {
        thaw()
        kill(processId, SIGTERM)
        for _ in 0..<500 where isRunning { poll(nil, 0, 10) }
        kill(processId, SIGKILL)
        waitpid(processId, nil, 0)
    }
}
