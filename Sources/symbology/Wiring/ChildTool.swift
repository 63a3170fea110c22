import Glibc
import PrivateCluster

/// Runs programs that come with PostgreSQL, such as `pg_dump`.
enum ChildTool {
    /// The path of a program that is at least as new as the server; else its bare name, for PATH to find. An older
    /// `pg_dump` refuses a newer server.
    static func path(_ program: String, serverVersion: Int) -> String {
        let fitting = ServerBinaries.installed().filter {
            $0.majorVersion >= serverVersion / 10_000 && access("\($0.directory)/\(program)", X_OK) == 0
        }
        return fitting.min { $0.majorVersion < $1.majorVersion }.map { "\($0.directory)/\(program)" } ?? program
    }

    /// Runs a program to its end and hands over what it prints as it comes. Its errors go to our standard error.
    /// - Parameter environment: replaces, adds, and where the value is nil removes.
    static func run(
        _ arguments: [String], environment: [(name: String, value: String?)],
        onOutput: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) throws(CommandFailure) {
        var ends: [Int32] = [0, 0]
        guard pipe2(&ends) else { throw CommandFailure.systemError("cannot make a pipe") }
        let processId: pid_t
        do throws(CommandFailure) {
            processId = try start(arguments, environment, output: ends[1])
        } catch {
            for end in ends { close(end) }
            throw error
        }
        close(ends[1])
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 8) { buffer in
            while true {
                let count = read(ends[0], buffer.baseAddress!, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                onOutput(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
            }
        }
        close(ends[0])
        var status: Int32 = 0
        while waitpid(processId, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            let how = status & 0x7F == 0 ? "exit code \((status >> 8) & 0xFF)" : "signal \(status & 0x7F)"
            throw CommandFailure(.system, "\(arguments[0]) failed (\(how))", next: "its own message stands above")
        }
    }

    /// Both ends closed in whatever is started next.
    private static func pipe2(_ ends: inout [Int32]) -> Bool {
        guard pipe(&ends) == 0 else { return false }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return true
    }

    private static func start(
        _ arguments: [String], _ changes: [(name: String, value: String?)], output: Int32
    ) throws(CommandFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        var variables: [UnsafeMutablePointer<CChar>?] = environment(changes).map { strdup($0) }
        words.append(nil)
        variables.append(nil)
        defer { for pointer in words + variables { free(pointer) } }
        var processId: pid_t = 0
        let code = posix_spawnp(&processId, arguments[0], &actions, nil, words, variables)
        guard code == 0 else {
            throw CommandFailure.systemError(
                "cannot start \(arguments[0])", code: code, next: "install PostgreSQL's client programs")
        }
        return processId
    }

    /// Ours, changed.
    private static func environment(_ changes: [(name: String, value: String?)]) -> [String] {
        let changed = Set(changes.map(\.name))
        var list: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let assignment = String(cString: text)
            if let equals = assignment.firstIndex(of: "="), !changed.contains(String(assignment[..<equals])) {
                list.append(assignment)
            }
            entry += 1
        }
        return list + changes.compactMap { change in change.value.map { "\(change.name)=\($0)" } }
    }
}
