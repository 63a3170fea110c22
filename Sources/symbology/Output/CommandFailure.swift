import Glibc

/// The exit codes that scripts may rely on; the values are those of `sysexits.h`.
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// The question was answered, and the answer is no: an unknown symbol, a failed check, a refused line.
    case answerIsNo = 1
    case usage = 64
    /// The server or the database cannot be reached, or went away.
    case unavailable = 69
    /// The operating system refused: a port in use, a file that cannot be written.
    case system = 71
    case configuration = 78
}

/// An error as a person should read it: what happened and where, then what to do next.
struct CommandFailure: Error, Sendable, CustomStringConvertible {
    let status: ExitStatus
    let message: String
    let next: String?

    init(_ status: ExitStatus, _ message: String, next: String? = nil) {
        self.status = status
        self.message = message
        self.next = next
    }

    var description: String {
        guard let next else { return "symbology: \(message)" }
        return "symbology: \(message)\n           \(next)"
    }

    func writeToStandardError() {
        // What was logged before comes before.
        LogWriter.shared.flush()
        writeLineToStandardError(description)
    }
}

extension CommandFailure {
    /// What the operating system refused, in its own words.
    /// - Parameter code: the value of `errno`; left out, the one of the last call.
    static func systemError(_ what: String, code: Int32 = errno, next: String? = nil) -> CommandFailure {
        CommandFailure(.system, "\(what): \(String(cString: strerror(code)))", next: next)
    }
}
