import Glibc

/// Starts programs and waits for them.
enum ChildProcess {
    /// POSIX_SPAWN_SETSID of glibc's <spawn.h>, which Swift's Glibc module does not show.
    private static let spawnInNewSession: Int16 = 0x80

    // The caller's folder may be one the server's account cannot stand in.
    private static let atRoot = ["/bin/sh", "-c", "cd / && exec \"$@\"", "sh"]

    /// Starts `arguments[0]` (a path, or a name looked up in PATH) in a session of its own, so that Ctrl-C at a
    /// terminal does not reach it. Its working folder is `/`.
    /// - Parameters:
    ///   - input: becomes its standard input, nil for /dev/null.
    ///   - logPath: standard output and error are appended there. Nothing of ours is inherited: a test runner waits
    ///     until the last holder of its output pipe is gone.
    static func start(_ arguments: [String], input: Int32?, logPath: String) throws(PrivateClusterError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A test runner may block signals; the server must start with none blocked and the defaults in place.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, spawnInNewSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

        var words: [UnsafeMutablePointer<CChar>?] = (atRoot + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var processId: pid_t = 0
        let code = posix_spawn(&processId, atRoot[0], &actions, &attributes, words, environ)
        guard code == 0 else { throw .system(call: "starting \(arguments[0])", code: code) }
        return processId
    }

    /// Runs a program to its end. Blocking.
    /// - Returns: its exit status, 128 + the signal when killed by one.
    static func run(_ arguments: [String], logPath: String) throws(PrivateClusterError) -> Int32 {
        try wait(start(arguments, input: nil, logPath: logPath))
    }

    static func succeeds(_ arguments: [String]) -> Bool {
        (try? run(arguments, logPath: "/dev/null")) == 0
    }

    static func wait(_ processId: pid_t) throws(PrivateClusterError) -> Int32 {
        var status: Int32 = 0
        while waitpid(processId, &status, 0) < 0 {
            guard errno == EINTR else { throw .system(call: "waitpid", code: errno) }
        }
        return exitStatus(status)
    }

    /// The exit status when the process is over (it is reaped then), nil while it runs.
    static func statusIfEnded(_ processId: pid_t) -> Int32? {
        var status: Int32 = 0
        let outcome = waitpid(processId, &status, WNOHANG)
        if outcome == processId { return exitStatus(status) }
        return outcome < 0 && errno == ECHILD ? 0 : nil
    }

    private static func exitStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
