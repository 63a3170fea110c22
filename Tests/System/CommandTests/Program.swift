import Foundation
import TestSupport

/// The binary under test, started as a user starts it: no settings but those that a test gives.
enum Program {
    /// The tests and the program are built into one folder.
    static let path: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "symbology").path
    }()

    /// The clone that the tests were built from.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let seedPath = root.appending(path: "Sources/symbology/Seed/symbols.csv").path

    /// Nothing of the machine's own settings may reach a test: neither a database nor a running server.
    private static let cleared: [String: String?] = {
        var cleared: [String: String?] = [
            "XDG_RUNTIME_DIR": "/nonexistent", "PGHOST": "/nonexistent", "PGPORT": nil, "PGUSER": nil,
            "PGDATABASE": nil, "PGSERVICE": nil, "PGPASSWORD": nil, "NO_COLOR": nil,
        ]
        for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("SYMBOLOGY_") {
            cleared[name] = .some(nil)
        }
        return cleared
    }()

    static func environment(_ environment: [String: String?] = [:]) -> [String: String?] {
        cleared.merging(environment) { _, new in new }
    }

    /// Runs to the end.
    static func run(
        _ arguments: String..., environment: [String: String?] = [:], folder: String? = nil
    ) throws -> RunningCommand.Finished {
        try run(arguments, environment: environment, folder: folder)
    }

    static func run(
        _ arguments: [String], environment: [String: String?] = [:], folder: String? = nil
    ) throws -> RunningCommand.Finished {
        try RunningCommand.run(path, arguments, environment: self.environment(environment), folder: folder)
    }

    /// Starts and goes on; end it with `end()`.
    static func start(
        _ arguments: [String], environment: [String: String?] = [:], folder: String? = nil
    ) throws -> RunningCommand {
        try RunningCommand(path, arguments, environment: self.environment(environment), folder: folder)
    }
}

/// One line of JSON as a dictionary; the numbers keep what was written.
func jsonObject(_ line: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
    guard let object = value as? [String: Any] else { throw NotAnObject(line: line) }
    return object
}

struct NotAnObject: Error { let line: String }
