import Foundation
import PostgreSQL
import PrivateCluster
import SymbologyClient
import TestSupport

// What the server reads is replaced by something else.
extension Chaos {
    /// As whoever may do so does it: into the file that is there, and again where the server has written a new one.
    func overwriteImage() throws {
        guard let older = FileManager.default.contents(atPath: server.imagePath) else {
            throw SoakFailure("there is no image file")
        }
        Thread.sleep(forTimeInterval: Self.shortSeconds)
        let noise = Data((0..<older.count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        for bytes in [older, noise, Data(), older] {
            guard chmod(server.imagePath, 0o644) == 0 else { throw SoakFailure("chmod: errno \(errno)") }
            let file = open(server.imagePath, O_WRONLY | O_TRUNC | O_CLOEXEC)
            guard file >= 0 else { throw SoakFailure("the image file cannot be opened: errno \(errno)") }
            defer { close(file) }
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count == bytes.count else { throw SoakFailure("the image file cannot be overwritten") }
            Thread.sleep(forTimeInterval: Self.shortSeconds / 4)
        }
    }

    private static let dataPath = "/cluster/data"

    /// Another database comes to the address until the server has seen that it is another one, and goes again.
    func swapDatabase() throws {
        let other = try otherFolder ?? makeOther()
        otherFolder = other
        cluster.stopImmediately()
        let data = configuration.directory + Self.dataPath
        try move(data, configuration.directory + "/away")
        try move(other + Self.dataPath, data)
        defer {
            cluster.stop()
            do {
                try move(data, other + Self.dataPath)
                try move(configuration.directory + "/away", data)
                cluster = try DatabaseCluster(configuration)
            } catch {
                say("\(error)")
            }
        }
        cluster = try DatabaseCluster(configuration)
        let deadline = Deadline(seconds: Self.recoverySecondsMax)
        let client = try LookupClient(server.address(0))
        guard try deadline.poll(until: { try client.status().heldBack.map { $0.changingIdCount > 0 } ?? false }) else {
            throw SoakFailure("ids of another database are not held back: \(try client.status())")
        }
        Thread.sleep(forTimeInterval: Self.shortSeconds)
    }

    private func move(_ source: String, _ target: String) throws {
        guard rename(source, target) == 0 else { throw SoakFailure("\(source) to \(target): errno \(errno)") }
    }

    /// A database of its own, in which nobody writes any more: the writers' work belongs to the first one.
    private func makeOther() throws -> String {
        var configuration = configuration
        configuration.directory += "-other"
        let cluster = try DatabaseCluster(configuration)
        defer { cluster.stop() }
        TestDatabase.applyMigrations(to: cluster)
        let connection = try Connection(ConnectionTarget(conninfo: cluster.conninfo()))
        defer { connection.close() }
        // The keys of the writers, most of which have other ids there.
        try connection.executeScript(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, payoff)
            SELECT e.id, 'S' || g, 'USDT', 'S' || g || '_USDT',
                   CASE e.market_type WHEN 'SPOT' THEN 'spot' ELSE 'perpetual' END,
                   CASE e.market_type WHEN 'SPOT' THEN NULL ELSE 'USDT' END,
                   CASE e.market_type WHEN 'SPOT' THEN NULL ELSE 'linear' END
              FROM exchanges e, generate_series(999, 0, -1) g WHERE e.enum_value IN ('MEXC_SPOT', 'GATEIO_SPOT')
            """, name: "fill the other database")
        try connection.executeScript("ALTER SYSTEM SET default_transaction_read_only = on", name: "close it")
        return configuration.directory
    }
}
