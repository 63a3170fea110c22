import Glibc

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
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var processId: pid_t = 0
        guard posix_spawnp(&processId, arguments[0], &actions, nil, words, environ) == 0 else {
            return Program(status: 127, output: "cannot start \(arguments[0])")
        }
        ChildWatch.shared.note(processId)
        var status: Int32 = 0
        while waitpid(processId, &status, 0) < 0, errno == EINTR {}
        ChildWatch.shared.forget(processId)
        let signal = status & 0x7F
        return Program(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: readFile(outputPath) ?? "")
    }
}

extension TestDatabase {
    /// Runs psql on this database, without anybody's `.psqlrc`.
    public func psql(_ arguments: [String]) -> Program {
        Program.run(
            [testCluster.cluster.binariesDirectory + "/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo]
                + arguments)
    }
}
