import Foundation
import TestSupport

/// A program the soak starts: its log goes to a file, it is stopped by its own process id, and it is killed by the
/// kernel should the soak end before it.
final class SoakProcess {
    let name: String
    private let process = Process()
    let output: Pipe?

    /// Has malloc give back what is freed, as the server has it by itself: how an engine's malloc keeps what the client
    /// freed is the engine's affair, and would hide a leak or look like one.
    static let memoryReturn = ["MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "131072"]

    var processId: pid_t { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    /// Once it has ended: its exit code or the signal that ended it.
    var endStatus: Int32 { process.terminationStatus }

    /// - Parameters:
    ///   - log: receives standard error, and standard output unless that is piped.
    ///   - environment: set besides what the soak itself has.
    init(
        _ name: String, _ program: String, _ arguments: [String], log: String, pipesOutput: Bool = false,
        environment: [String: String] = [:]
    ) throws {
        self.name = name
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SoakFailure("cannot write \(log): errno \(errno)") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Executes the program in its own place, so the process id is the program's. Must be started by the main
        // thread: the signal comes when the thread that started it ends.
        process.executableURL = URL(filePath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "KILL", "--", program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardError = file
        output = pipesOutput ? Pipe() : nil
        process.standardOutput = output ?? file
        try process.run()
    }

    func signal(_ number: Int32) { kill(processId, number) }

    /// How long it may take to end.
    private static let endSecondsMax = 30.0

    /// Ends it and waits for its end.
    /// - Throws: when it does not end by itself, but must be killed.
    func end(_ number: Int32 = SIGKILL) throws {
        if process.isRunning { kill(processId, number) }
        if hasEnded { return }
        kill(processId, SIGKILL)
        throw SoakFailure(
            "\(Self.endSecondsMax) s after signal \(number) \(name) was still there"
                + (hasEnded ? "" : ", and after SIGKILL too"))
    }

    /// Whether it ends in time.
    private var hasEnded: Bool { Deadline(seconds: Self.endSecondsMax).poll { !process.isRunning } }

    /// Memory in bytes that is this process's own: what it allocated, without the image files that it maps and shares.
    /// 0 when it is gone.
    var ownByteCount: Int {
        let rollup = try? String(contentsOfFile: "/proc/\(processId)/smaps_rollup", encoding: .utf8)
        return (rollup ?? "").split(separator: "\n")
            .filter { $0.hasPrefix("Anonymous:") || $0.hasPrefix("Swap:") }
            .compactMap { Int($0.filter(\.isNumber)) }
            .reduce(0, +) * 1_024
    }

    /// The number that the next descriptor it opens will have.
    var lowestFreeDescriptor: Int {
        let open = Set(namesInFolder("/proc/\(processId)/fd").compactMap { Int($0) })
        return (0...open.count).first { !open.contains($0) } ?? 0
    }
}

/// What keeps a soak from going on, or a fault from being made.
struct SoakFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
