import Foundation
import TestSupport
import Testing

/// The time of day that programs see, as a test sets it. libfaketime, which `.ci/setup` installs, stands between them
/// and the clock.
struct FakedClock {
    private let file: String
    private let environment: [String: String?]

    /// As it is, to begin with.
    init(in folder: TemporaryFolder) throws {
        let folders = namesInFolder("/usr/lib").map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
        let library = try #require(folders.first { access($0, R_OK) == 0 }, "install faketime, or run .ci/setup")
        file = folder.path("time")
        environment = [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        ]
        try set("+0")
    }

    /// - Parameter offset: such as `+400d`.
    func set(_ offset: String) throws {
        try Data("\(offset)\n".utf8).write(to: URL(filePath: file), options: .atomic)
    }

    /// Through a shell that becomes the program: the library's start adds to the environment where nobody has, which
    /// moves it in memory, and Swift looks for the arguments beside it.
    func start(_ arguments: [String]) throws -> RunningCommand {
        try RunningCommand(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\"", Program.path] + arguments,
            environment: Program.environment(environment))
    }

    /// And removes what the library leaves behind.
    func end(_ command: RunningCommand) {
        command.end()
        for name in ["faketime_shm_", "sem.faketime_sem_"] { unlink("/dev/shm/\(name)\(command.processId)") }
    }
}
