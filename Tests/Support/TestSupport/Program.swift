import Glibc
import PrivateCluster

/// A program that was run to its end.
public struct Program: Sendable {
    /// 128 + the signal when killed by one, 127 when it could not be started.
    public let status: Int32
    /// Standard output and standard error, as they came.
    public let output: String

    /// Runs a program (a path, or a name looked up in PATH) and waits for it.
    public static func run(_ arguments: [String]) -> Program {
        let folder = TemporaryFolder()
        let outputPath = folder.path("output")
        guard let started = StartedProgram(arguments, outputPath: outputPath) else {
            return Program(status: 127, output: "cannot start \(arguments[0])")
        }
        return Program(status: started.wait(), output: readFile(outputPath) ?? "")
    }
}

/// A program that was started. Whoever starts it waits for it, or kills it; should the tests end first, it ends too.
///
/// Our own, because Foundation's `Process` leaks a few bytes each time, which a search for leaks reports.
public struct StartedProgram: Sendable {
    public let processId: pid_t

    /// Starts a program (a path, or a name looked up in PATH); nil when it cannot be.
    /// - Parameter outputPath: a file that standard output and standard error are appended to.
    public init?(_ arguments: [String], outputPath: String = "/dev/null") {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        // The threads that run tests block signals, and a process inherits that: SIGTERM would not end it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var processId: pid_t = 0
        guard posix_spawnp(&processId, arguments[0], &actions, &attributes, words, environ) == 0 else { return nil }
        ChildWatch.shared.note(processId)
        self.processId = processId
    }

    /// Waits for its end, once: its exit code, or 128 + the signal that killed it.
    @discardableResult
    public func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(processId, &status, 0) < 0, errno == EINTR {}
        ChildWatch.shared.forget(processId)
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Ends it by a signal and waits for its end: its exit code, or 128 + the signal that killed it.
    @discardableResult
    public func kill(_ signal: Int32 = SIGKILL) -> Int32 {
        Glibc.kill(processId, signal)
        return wait()
    }
}

extension TestDatabase {
    /// Runs psql on this database, without anybody's `.psqlrc`.
    public func psql(_ arguments: [String]) -> Program {
        Self.psql(testCluster.cluster, conninfo: conninfo, arguments)
    }

    static func psql(_ cluster: DatabaseCluster, conninfo: String, _ arguments: [String]) -> Program {
        Program.run(
            [cluster.binariesDirectory + "/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo] + arguments)
    }
}
