import Foundation
import PostgreSQL
import TestSupport
import Testing

/// A migrated database, seeded by the program itself, with a server in front of it.
final class RunningSystem {
    let database: TestDatabase
    let connection: Connection
    let folder: TemporaryFolder
    let server: RunningCommand
    let unixPath: String
    let tcpAddress: String

    /// - Parameters:
    ///   - isSeeded: false leaves the tables as the migrations make them: three exchanges, no symbols.
    ///   - arguments: further ones for `serve`.
    init(isSeeded: Bool = true, arguments: [String] = []) throws {
        database = try TestDatabase()
        connection = try database.connect()
        folder = TemporaryFolder()
        unixPath = folder.path + "/s.sock"
        if isSeeded { try Self.mustSucceed(["import", Program.seedPath, "--database", database.conninfo]) }
        server = try Program.start(
            [
                "serve", "--database", try database.readerConninfo(), "--unix", unixPath, "--tcp", "127.0.0.1:0",
            ] + arguments)
        let ready = try server.waitForLine(.error, "ready") { $0.contains(" ready ") }.line
        let addresses = try #require(ready.firstMatch(of: /addresses=(\S+)/)).output.1.split(separator: ",")
        tcpAddress = try #require(addresses.last.map(String.init))
    }

    deinit { server.end() }

    static func mustSucceed(_ arguments: [String]) throws {
        let result = try Program.run(arguments)
        guard result.exitCode == 0 else {
            throw RunningCommand.Failure(description: "\(arguments): exit code \(result.exitCode): \(result.error)")
        }
    }

    /// A command asked over the Unix socket.
    func ask(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--unix", unixPath])
    }

    func askOverTCP(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--tcp", tcpAddress])
    }

    /// The rows of a command that must succeed.
    func rows(_ arguments: String..., overTCP: Bool = false) throws -> [[String: Any]] {
        let place = overTCP ? ["--tcp", tcpAddress] : ["--unix", unixPath]
        let result = try Program.run(arguments + ["--format", "json"] + place)
        guard result.exitCode == 0 else {
            throw RunningCommand.Failure(description: "\(arguments): exit code \(result.exitCode): \(result.error)")
        }
        return try result.lines.map(jsonObject)
    }

    /// What the database says a symbol's id is.
    func symbolId(_ exchange: String, _ symbol: String) throws -> Int {
        let statement = Statement(
            name: "id of a symbol",
            sql: """
                SELECT s.id FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
                 WHERE e.enum_value = $1 AND s.symbol_string = $2
                """)
        let result = try connection.query(statement, [.text(exchange), .text(symbol)])
        return Int(try #require(try result.int32(0, 0)))
    }

    func execute(_ sql: String) throws {
        try connection.executeScript(sql, name: "test")
    }

    func integer(_ sql: String) throws -> Int64 {
        try #require(try connection.query(Statement(name: "test", sql: sql)).int64(0, 0))
    }
}
