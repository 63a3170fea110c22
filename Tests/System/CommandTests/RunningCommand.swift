import Foundation
import TestSupport

/// One process that a test started: its lines as they come, its exit code, and an end for it whatever happens.
///
/// Thread-safe. Nothing in it sleeps: waiting ends with a line, with the exit, or at the deadline.
final class RunningCommand: @unchecked Sendable {
    enum Stream { case output, error }

    struct Finished {
        let exitCode: Int32
        let output: String
        let error: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    let commandLine: String
    let processId: pid_t
    private let condition = MonotonicCondition()
    private var bytes: [Stream: [UInt8]] = [.output: [], .error: []]
    private var exitCode: Int32?
    private var isDrained = false

    /// - Parameter environment: replaces and adds to this process's own; nil removes.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String?] = [:], folder: String? = nil
    ) throws {
        commandLine = ([executable.split(separator: "/").last.map(String.init) ?? executable] + arguments)
            .joined(separator: " ")
        var merged = ProcessInfo.processInfo.environment
        merged["SWIFT_BACKTRACE"] = "enable=no"
        for (name, value) in environment { merged[name] = value }
        let outputPipe = try Self.makePipe()
        let errorPipe = try Self.makePipe()
        let exitPipe = try Self.makePipe()

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputPipe.write, 1)
        posix_spawn_file_actions_adddup2(&actions, errorPipe.write, 2)
        if let folder { GNUSpawn.changeFolder(&actions, folder) }
        // Without it a server would inherit the pipes of commands that run beside it, and their ends would never come.
        GNUSpawn.closeFrom(&actions, 3)

        let argumentPointers = ([executable] + arguments).map { strdup($0) } + [nil]
        let environmentPointers = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var processId: pid_t = 0
        // The threads that run tests block signals, and a process inherits that: `watch` could then not be
        // interrupted.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let code = posix_spawn(
            &processId, executable, &actions, &attributes, argumentPointers, environmentPointers)
        close(outputPipe.write)
        close(errorPipe.write)
        guard code == 0 else { throw Failure(description: "\(executable): \(String(cString: strerror(code)))") }
        self.processId = processId
        ChildWatch.shared.note(processId)
        Thread.detachNewThread { [self] in awaitExit(exitPipe.write) }
        Thread.detachNewThread { [self] in read(outputPipe.read, errorPipe.read, exit: exitPipe.read) }
    }

    /// Runs to the end.
    static func run(
        _ executable: String, _ arguments: [String], environment: [String: String?] = [:], folder: String? = nil,
        withinSeconds: Double = 60
    ) throws -> Finished {
        let command = try RunningCommand(executable, arguments, environment: environment, folder: folder)
        return try command.finish(withinSeconds: withinSeconds)
    }

    func signal(_ number: Int32) { kill(processId, number) }

    /// The exit code and everything printed. A process that outlives the deadline is killed and reported.
    func finish(withinSeconds seconds: Double = 60) throws -> Finished {
        let deadline = Deadline(seconds: seconds)
        return try condition.withLock {
            while !isDrained {
                guard condition.wait(until: deadline) else {
                    kill(processId, SIGKILL)
                    throw Failure(
                        description: "\(commandLine) did not end within \(seconds) s; it printed:\n\(everything)")
                }
            }
            return Finished(exitCode: exitCode ?? -1, output: text(.output), error: text(.error))
        }
    }

    /// The first line from `index` on that satisfies `predicate`, and the index after it.
    @discardableResult
    func waitForLine(
        _ stream: Stream, from index: Int = 0, withinSeconds seconds: Double = 60, _ what: String,
        where predicate: (String) -> Bool
    ) throws -> (line: String, next: Int) {
        let deadline = Deadline(seconds: seconds)
        return try condition.withLock {
            var next = index
            while true {
                // Only whole lines: the last piece may still grow.
                let lines = text(stream).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                while next < lines.count {
                    next += 1
                    if predicate(String(lines[next - 1])) { return (String(lines[next - 1]), next) }
                }
                if isDrained {
                    throw Failure(
                        description: "\(commandLine) ended (\(exitCode ?? -1)) before \(what):\n\(everything)")
                }
                guard condition.wait(until: deadline) else {
                    throw Failure(
                        description: "\(commandLine): no \(what) within \(seconds) s; it printed:\n\(everything)")
                }
            }
        }
    }

    private var everything: String { text(.output) + text(.error) }

    private func text(_ stream: Stream) -> String { String(decoding: bytes[stream] ?? [], as: UTF8.self) }

    private static func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private func awaitExit(_ signalEnd: Int32) {
        var status: Int32 = 0
        while waitpid(processId, &status, 0) < 0, errno == EINTR {}
        ChildWatch.shared.forget(processId)
        condition.withLock {
            exitCode = status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
        }
        close(signalEnd)
    }

    /// Reads until the process has ended and both pipes are empty; not until they close, which a grandchild may
    /// prevent.
    private func read(_ output: Int32, _ error: Int32, exit: Int32) {
        var sources: [(stream: Stream?, descriptor: Int32)] = [(.output, output), (.error, error), (nil, exit)]
        var hasEnded = false
        while true {
            var polled = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            let readyCount = poll(&polled, nfds_t(polled.count), hasEnded ? 0 : -1)
            if readyCount < 0 { continue }
            if readyCount == 0 { break }
            for (index, entry) in polled.enumerated().reversed() where entry.revents != 0 {
                var chunk = [UInt8](repeating: 0, count: 1 << 14)
                let count = Glibc.read(entry.fd, &chunk, chunk.count)
                if let stream = sources[index].stream, count > 0 {
                    condition.withLock {
                        bytes[stream, default: []].append(contentsOf: chunk[..<count])
                        condition.broadcast()
                    }
                } else if count <= 0 {
                    if sources[index].stream == nil { hasEnded = true }
                    sources.remove(at: index)
                }
            }
            if sources.isEmpty { break }
        }
        for descriptor in [output, error, exit] { close(descriptor) }
        condition.withLock {
            isDrained = true
            condition.broadcast()
        }
    }

    /// Ends the process if the test has not: first as an administrator would, then for good.
    func end(withinSeconds seconds: Double = 20) {
        condition.withLock {
            guard exitCode == nil else { return }
            kill(processId, SIGTERM)
            let deadline = Deadline(seconds: seconds)
            while !isDrained {
                guard condition.wait(until: deadline) else {
                    kill(processId, SIGKILL)
                    return
                }
            }
        }
    }
}

/// Two of glibc's spawn actions that Swift's Glibc module does not declare.
private enum GNUSpawn {
    private typealias ChangeFolder =
        @convention(c) (
            UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>
        ) -> Int32
    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    static func changeFolder(_ actions: inout posix_spawn_file_actions_t, _ folder: String) {
        let function = dlsym(nil, "posix_spawn_file_actions_addchdir_np")
        _ = unsafeBitCast(function, to: ChangeFolder.self)(&actions, folder)
    }

    static func closeFrom(_ actions: inout posix_spawn_file_actions_t, _ descriptor: Int32) {
        let function = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np")
        _ = unsafeBitCast(function, to: CloseFrom.self)(&actions, descriptor)
    }
}

/// What Linux knows of the process.
extension RunningCommand {
    /// A line of `/proc/PID/status` that is given in kB: `VmHWM` is the most memory it ever had, `VmRSS` what it has.
    func memoryByteCount(_ name: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(processId)/status", encoding: .utf8)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("\(name):") }),
            let number = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
        else { throw Failure(description: "/proc/\(processId)/status has no \(name)") }
        return number * 1_024
    }

    /// Its open descriptors.
    func descriptors() -> Set<Int32> {
        Set(namesInFolder("/proc/\(processId)/fd").compactMap { Int32($0) })
    }
}
