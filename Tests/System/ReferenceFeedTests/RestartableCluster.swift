import Glibc
import PostgreSQL
import PrivateCluster
import ReferenceData
import TestSupport

/// A migrated cluster with three symbols that a test stops, starts again and swaps the data of.
final class RestartableCluster {
    let folder: String
    private var configuration: DatabaseCluster.Configuration
    private(set) var cluster: DatabaseCluster

    init() throws {
        // The server's account must be able to pass through; what it owns below is closed.
        folder = TemporaryFolder.make(isPassable: true)
        configuration = DatabaseCluster.Configuration(directory: folder)
        configuration.isDurable = false
        configuration.settings = [("shared_buffers", "16MB"), ("jit", "off")]
        cluster = try DatabaseCluster(configuration)
        try fill(Self.symbols)
    }

    /// Their ids are 1, 2 and 3.
    static let symbols =
        "(2, 'BTC', 'USDT', 'BTC_USDT'), (2, 'ETH', 'USDT', 'ETH_USDT'), (1, 'BTC', 'USDT', 'BTCUSDT')"

    private func fill(_ symbols: String, _ more: String = "") throws {
        TestDatabase.applyMigrations(to: cluster)
        try run("INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES \(symbols); \(more)")
        // It is not durable, and a crash must not take these along.
        try run("CHECKPOINT")
    }

    /// Makes another cluster that can take this one's place, with the same schema and these symbols.
    /// - Parameter more: SQL that is run there.
    func prepareOther(_ symbols: String, _ more: String = "") throws {
        stop()
        try shell("mv '\(dataDirectory)' '\(dataDirectory).first'")
        try start()
        try fill(symbols, more)
        stop()
        try shell("cd '\(dataDirectory)/..' && mv data data.other && mv data.first data")
        try start()
    }

    /// The other cluster takes this one's place; called again, this one comes back.
    func swap() throws {
        stop()
        try shell("cd '\(dataDirectory)/..' && mv data data.swap && mv data.other data && mv data.swap data.other")
        try start()
    }

    deinit {
        cluster.stop()
        removeTree(folder)
    }

    var conninfo: String { cluster.conninfo() }
    var dataDirectory: String { cluster.directory + "/cluster/data" }

    func connect() throws -> Connection { try Connection(ConnectionTarget(conninfo: conninfo)) }

    func run(_ sql: String) throws {
        let connection = try connect()
        defer { connection.close() }
        try connection.executeScript(sql, name: "test")
    }

    /// As a crash would.
    func crash() { cluster.stopImmediately() }

    /// In order: the data are then a whole cluster that can be copied.
    func stop() { cluster.stop() }

    func start() throws { cluster = try DatabaseCluster(configuration) }

    /// Copies, moves or removes below the folder, keeping owners.
    func shell(_ command: String) throws {
        let result = Program.run(["/bin/sh", "-c", command])
        guard result.status == 0 else { fatalError("\(command): \(result.output)") }
    }
}
