import Foundation

/// A program the soak starts: its log goes to a file, and it is stopped by its own process id.
final class SoakProcess {
    private let process = Process()
    let output: Pipe?

    var processId: pid_t { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// - Parameter log: receives standard error, and standard output unless that is piped.
    init(_ program: String, _ arguments: [String], log: String, pipesOutput: Bool = false) throws {
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = file
        output = pipesOutput ? Pipe() : nil
        process.standardOutput = output ?? file
        try process.run()
    }

    func signal(_ number: Int32) { kill(processId, number) }

    func end(_ number: Int32 = SIGKILL) {
        if process.isRunning { kill(processId, number) }
        process.waitUntilExit()
    }

    /// Resident memory in bytes; 0 when it is gone.
    var residentByteCount: Int {
        let status = try? String(contentsOfFile: "/proc/\(processId)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) * 1_024
    }
}

/// Reads what was appended to a file since the last time, whole lines only.
struct LogTail {
    private let path: String
    private var offset: UInt64 = 0

    init(_ path: String) { self.path = path }

    mutating func newLines() -> [Substring] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        try? file.seek(toOffset: offset)
        guard let data = try? file.readToEnd(), let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let whole = data[...end]
        offset += UInt64(whole.count)
        return String(decoding: whole, as: UTF8.self).split(separator: "\n")
    }
}
