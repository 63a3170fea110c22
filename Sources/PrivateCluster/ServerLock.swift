import Glibc

/// `postmaster.pid`, by which a server marks its data folder. Its lines: process id, data folder, start time, port,
/// socket folder, listen address, shared memory key, state.
struct ServerLock {
    let processId: Int32
    /// Whether it accepts connections; a standby those that read.
    let isReady: Bool

    static func path(_ dataDirectory: String) -> String { dataDirectory + "/postmaster.pid" }

    static func read(dataDirectory: String) -> ServerLock? {
        guard let text = Folder.tail(path(dataDirectory)) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let processId = Int32(first), processId > 0 else { return nil }
        return ServerLock(
            processId: processId,
            isReady: lines.count > 7 && (lines[7].hasPrefix("ready") || lines[7].hasPrefix("standby")))
    }

    /// Whether the process it names is a server of these data. A number alone proves nothing: after a crash it may
    /// long belong to somebody else, and PostgreSQL then refuses to start.
    func isHeld(dataDirectory: String) -> Bool {
        // A server makes its data folder its working folder.
        switch Folder.linkTarget("/proc/\(processId)/cwd") {
        case .success(let workingFolder): workingFolder == Folder.resolved(dataDirectory)
        // Reading the link takes the right to trace, which in a container even root may lack; anybody may read the
        // command line.
        case .failure(.system(_, EACCES)), .failure(.system(_, EPERM)):
            Self.isServer(commandLine: Folder.tail("/proc/\(processId)/cmdline") ?? "", dataDirectory: dataDirectory)
        case .failure: false
        }
    }

    /// Whether a process with this command line, its arguments each followed by a NUL, is a server of these data. One
    /// that names no folder has it from its environment, and counts as ours: to remove the lock of a server that runs
    /// would cost the data.
    static func isServer(commandLine: String, dataDirectory: String) -> Bool {
        let arguments = commandLine.split(separator: "\0").map(String.init)
        guard let program = arguments.first?.split(separator: "/").last, ["postgres", "postmaster"].contains(program)
        else { return false }
        var named: String?
        for (index, argument) in arguments.enumerated() where argument.hasPrefix("-D") {
            named = argument == "-D" ? arguments[index...].dropFirst().first : String(argument.dropFirst(2))
        }
        guard let named else { return true }
        return (Folder.resolved(named) ?? named) == (Folder.resolved(dataDirectory) ?? dataDirectory)
    }
}
