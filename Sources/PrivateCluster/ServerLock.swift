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
        guard let workingFolder = Folder.linkTarget("/proc/\(processId)/cwd") else { return false }
        return workingFolder == Folder.resolved(dataDirectory)
    }
}
