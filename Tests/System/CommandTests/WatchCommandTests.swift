import Foundation
import TestSupport
import Testing

/// A change in the database reaches `watch`, and the next lookup shows it, with no restart.
@Suite("Command line: changes arrive")
struct WatchCommandTests {
    private func status(_ system: RunningSystem, _ symbol: String) throws -> (
        status: String?, id: Int?, precision: Int?
    ) {
        let result = try system.ask("resolve", "GATEIO_SPOT", symbol, "--format", "json")
        let row = try jsonObject(try #require(result.lines.first))
        return (row["status"] as? String, row["symbol_id"] as? Int, row["precision_price"] as? Int)
    }

    @Test("UPDATE, INSERT, DELETE, re-insert of one id, deactivate, a change of the exchange, TRUNCATE")
    func everyKindOfChange() throws {
        // TRUNCATE at the end takes every symbol: the guard against just that has tests of its own.
        let system = try RunningSystem(arguments: ["--allow-shrink"])
        let watch = try PushWatch(system)
        let bitcoin = try system.symbolId("GATEIO_SPOT", "BTC_USDT")

        try system.execute("UPDATE symbols SET precision_price = 5 WHERE id = \(bitcoin)")
        let push = try watch.expect("modify", "symbol", bitcoin)
        for key in ["sequence", "generation"] { #expect(push[key] as? Int != nil) }
        #expect(push.keys.sorted() == ["action", "generation", "id", "kind", "sequence"])
        #expect(try status(system, "BTC_USDT") == ("ok", bitcoin, 5))

        try system.execute(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT id, 'NEW', 'USDT', 'NEW_USDT' FROM exchanges WHERE enum_value = 'GATEIO_SPOT'
            """)
        let new = try system.symbolId("GATEIO_SPOT", "NEW_USDT")
        try watch.expect("add", "symbol", new)
        #expect(try status(system, "NEW_USDT").id == new)

        try system.execute("DELETE FROM symbols WHERE id = \(new)")
        try watch.expect("delete", "symbol", new)
        #expect(try status(system, "NEW_USDT").status == "unknown_symbol")

        try system.execute(
            """
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string) OVERRIDING SYSTEM VALUE
            SELECT \(new), id, 'NEWER', 'USDT', 'NEWER_USDT' FROM exchanges WHERE enum_value = 'GATEIO_SPOT'
            """)
        try watch.expect("add", "symbol", new)
        #expect(try status(system, "NEWER_USDT") == ("ok", new, 8))

        try system.execute(
            """
            BEGIN; DELETE FROM symbols WHERE id = \(new);
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string) OVERRIDING SYSTEM VALUE
            SELECT \(new), id, 'NEWEST', 'USDT', 'NEWEST_USDT' FROM exchanges WHERE enum_value = 'GATEIO_SPOT'; COMMIT
            """)
        try watch.expect("modify", "symbol", new)
        #expect(try status(system, "NEWER_USDT").status == "unknown_symbol")
        #expect(try status(system, "NEWEST_USDT").id == new)

        try system.execute("UPDATE symbols SET is_active = false WHERE id = \(bitcoin)")
        try watch.expect("modify", "symbol", bitcoin)
        #expect(try status(system, "BTC_USDT") == ("inactive", bitcoin, 5))
        #expect(try system.ask("resolve", "GATEIO_SPOT", "BTC_USDT").exitCode == 1)

        try system.execute("UPDATE exchanges SET display_name = 'Gate' WHERE enum_value = 'GATEIO_SPOT'")
        try watch.expect("modify", "exchange", nil)
        #expect(try system.rows("exchange", "GATEIO_SPOT").first?["display_name"] as? String == "Gate")

        try system.execute("TRUNCATE symbols CASCADE")
        // A deletion was seen before, so a line alone does not tell that this one has come.
        #expect(try Deadline().poll { try status(system, "NEWEST_USDT").status == "unknown_symbol" })
        try watch.command.waitForLine(.output, "a delete, or everything") {
            $0.contains("\"delete\"") || $0.contains("\"everything\"")
        }
        #expect(try system.rows("list").isEmpty)
    }

    @Test("an UPDATE that changes nothing but last_seen prints nothing")
    func lastSeenIsNoNews() throws {
        let system = try RunningSystem()
        let watch = try PushWatch(system)
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        try system.execute("UPDATE symbols SET last_seen = now() WHERE id = \(id)")
        try system.execute("UPDATE symbols SET precision_price = 7 WHERE id = \(id)")
        try watch.expect("modify", "symbol", id)
        watch.command.signal(SIGKILL)
        #expect(try watch.command.finish().lines.count == 1)
    }

    @Test("--heartbeats prints them, --count ends it, a table has the five columns")
    func heartbeatsAndCount() throws {
        let system = try RunningSystem()
        let heartbeats = try PushWatch(system, "--heartbeats")
        let line = try heartbeats.command.waitForLine(.output, "a heartbeat") { $0.contains("heartbeat") }.line
        #expect(try jsonObject(line)["database_connected"] as? Bool == true)

        let counted = try Program.start(["watch", "--count", "1", "--unix", system.unixPath])
        defer { counted.end() }
        try counted.waitForLine(.error, "subscribed") { $0.contains("subscribed") }
        let id = try system.symbolId("MEXC_SPOT", "BTCUSDT")
        try system.execute("UPDATE symbols SET precision_price = 6 WHERE id = \(id)")
        let finished = try counted.finish()
        #expect(finished.exitCode == 0)
        let fields = finished.lines.first?.split(separator: " ").map(String.init) ?? []
        #expect(fields.prefix(3) == ["modify", "symbol", String(id)])
        #expect(fields.count == 5)
    }

    @Test("when the server goes, watch says so and exits with 69")
    func serverGoes() throws {
        let system = try RunningSystem()
        let watch = try PushWatch(system)
        system.server.end()
        let finished = try watch.command.finish()
        #expect(finished.exitCode == 69)
        #expect(finished.error.contains(system.unixPath), "\(finished.error)")
    }
}
