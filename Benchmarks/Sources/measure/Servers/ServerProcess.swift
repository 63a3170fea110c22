import CLoad
import Glibc

/// A process under test: started pinned to a core (or found running), stopped by its own process id.
///
/// It is frozen (SIGSTOP) whenever another one is measured, so that two servers never share a core.
final class ServerProcess {
    let processId: pid_t
    private let isOwned: Bool
    private var status: Int32?

    /// Starts one. `core` −1 leaves the choice of core to the kernel.
    init(_ arguments: [String], core: Int32, logPath: String) throws {
        let log = open(logPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard log >= 0 else { throw BenchmarkError("cannot write \(logPath): \(errorText(errno))") }
        defer { close(log) }
        var strings = arguments.map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        let result = strings.withUnsafeMutableBufferPointer { load_spawn_pinned(core, $0.baseAddress, log) }
        guard result > 0 else { throw BenchmarkError("cannot start \(arguments[0]): \(errorText(-result))") }
        processId = result
        isOwned = true
    }

    /// Takes one that runs already, pins it, and leaves it running at the end.
    init(running processId: pid_t, core: Int32) throws {
        let error = load_pin_process(processId, core)
        guard error == 0 else {
            throw BenchmarkError("cannot pin process \(processId) to core \(core): \(errorText(error))")
        }
        self.processId = processId
        isOwned = false
    }

    deinit { stop() }

    func freeze() { kill(processId, SIGSTOP) }
    func thaw() { kill(processId, SIGCONT) }

    var isRunning: Bool {
        guard isOwned else { return kill(processId, 0) == 0 }
        if status == nil {
            var ending: Int32 = 0
            if waitpid(processId, &ending, WNOHANG) == processId { status = ending }
        }
        return status == nil
    }

    /// Waits for the end of one that ends by itself; its exit status, 128 + the signal when killed by one.
    func waitForEnd() -> Int32 {
        while status == nil {
            var ending: Int32 = 0
            if waitpid(processId, &ending, 0) == processId { status = ending } else if errno != EINTR { return 71 }
        }
        let ending = status ?? 0
        return ending & 0x7F == 0 ? (ending >> 8) & 0xFF : 128 + (ending & 0x7F)
    }

    /// Asks for the end, waits for it, and insists after 5 s. Idempotent.
    func stop() {
        guard isOwned else { return thaw() }
        guard isRunning else { return }
        thaw()
        kill(processId, SIGTERM)
        for _ in 0..<5_000 where isRunning { poll(nil, 0, 1) }
        guard isRunning else { return }
        kill(processId, SIGKILL)
        _ = waitForEnd()
    }
}
