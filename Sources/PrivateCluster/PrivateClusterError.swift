/// Why a private cluster could not be made, started or stopped. `description` says what to do next.
public enum PrivateClusterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No PostgreSQL of the needed version was found; the folders that were searched.
    case serverNotFound(searched: [String], versionMin: Int)
    /// The folder holds the data of another major version than any installed server.
    case versionMismatch(directory: String, dataVersion: Int, installed: [Int])
    /// The folder cannot be made or used.
    case directoryUnusable(path: String, reason: String)
    /// Another process serves this folder.
    case alreadyRunning(directory: String, processId: Int32)
    /// A program failed; the end of what it wrote.
    case commandFailed(command: String, status: Int32, output: String)
    /// The server ended, or was not ready in time; the end of its log.
    case startFailed(reason: String, logTail: String)
    /// A system call failed.
    case system(call: String, code: Int32)

    /// Whether a server that was killed left processes that are still ending: they hold its shared memory until then.
    var namesOrphans: Bool {
        guard case .startFailed(_, let logTail) = self else { return false }
        return logTail.split(separator: "\n").suffix(4).contains { $0.contains("pre-existing shared memory block") }
    }

    public var description: String {
        switch self {
        case .serverNotFound(let searched, let versionMin):
            "no PostgreSQL \(versionMin) or newer found in \(searched.joined(separator: ", ")); "
                + "install it (Debian: apt install postgresql) or put its bin folder into PATH"
        case .versionMismatch(let directory, let dataVersion, let installed):
            "\(directory) was made by PostgreSQL \(dataVersion), installed is \(installed); "
                + "install that version, or move the folder away to start afresh"
        case .directoryUnusable(let path, let reason): "\(path): \(reason)"
        case .alreadyRunning(let directory, let processId):
            "\(directory) is being served by process \(processId); stop it first, or choose another folder"
        case .commandFailed(let command, let status, let output):
            "\(command) failed with status \(status): \(output)"
        case .startFailed(let reason, let logTail): "PostgreSQL did not start: \(reason)\n\(logTail)"
        case .system(let call, let code): "\(call): \(systemMessage(code))"
        }
    }
}
