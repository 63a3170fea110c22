import Foundation
import Scenarios
import TestSupport
import Testing

/// What users of other programs reported to them, seen through the whole of this one. Other reports are proved where
/// their cause would be: see their marks.
@Suite("Command line: faults reported elsewhere")
struct ReportedFaultTests {
    private func status(_ system: RunningSystem, _ symbol: String) throws -> String? {
        let result = try system.ask("resolve", "GATEIO_SPOT", symbol, "--format", "json")
        return try jsonObject(try #require(result.lines.first))["status"] as? String
    }

    @Test("an announced delisting is shown before it comes, and takes effect by itself", .scenario(.delistingDates))
    func delisting() throws {
        let system = try RunningSystem()
        let watch = try PushWatch(system)
        let id = try system.symbolId("GATEIO_SPOT", "ETH_USDT")
        try system.execute("UPDATE symbols SET delists_at = now() + interval '4 seconds' WHERE id = \(id)")
        try watch.expect("modify", "symbol", id)
        let announced = try #require(try system.rows("symbol", String(id)).first)
        #expect(announced["delists_at"] as? String != nil && announced["status"] as? String == "ok")
        try watch.expect("modify", "symbol", id)
        #expect(try status(system, "ETH_USDT") == "inactive")
        #expect(try system.integer("SELECT count(*) FROM symbols WHERE id = \(id) AND is_active") == 1)
    }

    @Test("a new listing is there with the commit that adds it, without a restart", .scenario(.newListing))
    func listing() throws {
        let system = try RunningSystem()
        let watch = try PushWatch(system)
        #expect(try status(system, "NEW_USDT") == "unknown_symbol")
        let file = system.folder.write(
            "new.csv", "exchange,base_asset,quote_asset,symbol_string\nGATEIO_SPOT,NEW,USDT,NEW_USDT\n")
        try RunningSystem.mustSucceed(["import", file, "--database", system.database.conninfo])
        try watch.expect("add", "symbol", try system.symbolId("GATEIO_SPOT", "NEW_USDT"))
        #expect(try status(system, "NEW_USDT") == "ok")
    }

    @Test("who writes what was read before a newer change is refused, and the newer tick stays", .scenario(.olderTick))
    func tick() throws {
        let system = try RunningSystem()
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        let read = try #require(try system.rows("symbol", String(id)).first?["updated_at"] as? String)
        try system.execute("UPDATE symbols SET tick_size = 0.05 WHERE id = \(id)")
        let late = try Program.run(
            "symbols", "update", String(id), "--tick-size", "0.01", "--if-unchanged-since", read, "--database",
            system.database.conninfo)
        #expect(late.exitCode == 1, "\(late)")
        #expect(try system.integer("SELECT count(*) FROM symbols WHERE id = \(id) AND tick_size = 0.05") == 1)
    }
}
