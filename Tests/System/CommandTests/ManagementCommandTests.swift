import Foundation
import PostgreSQL
import ReferenceData
import SymbologyClient
import TestSupport
import Testing

/// Every management command, against a running server: what it prints, and what is pushed.
@Suite("Command line: management")
struct ManagementCommandTests {
    let system: RunningSystem
    let watch: PushWatch

    init() throws {
        system = try RunningSystem()
        watch = try PushWatch(system)
    }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--database", system.database.conninfo])
    }

    /// The one row of a command that must succeed.
    private func row(_ arguments: String...) throws -> [String: Any] {
        let finished = try Program.run(arguments + ["--format", "json", "--database", system.database.conninfo])
        try #require(finished.exitCode == 0, "\(arguments): \(finished.error)")
        return try jsonObject(try #require(finished.lines.first))
    }

    private func status(_ exchange: String, _ symbol: String) throws -> String? {
        let finished = try system.ask("resolve", exchange, symbol, "--format", "json")
        return try jsonObject(try #require(finished.lines.first))["status"] as? String
    }

    @Test("exchanges: add, update, deactivate, activate, ensure, stats")
    func exchanges() throws {
        let added = try row(
            "exchanges", "add", "OKX_SPOT", "--market-type", "SPOT", "--base-url", "https://okx.example",
            "--rate-limit", "20")
        let id = try #require(added["exchange_id"] as? Int)
        #expect(added["outcome"] as? String == "inserted")
        #expect(added["rate_limit_requests_per_second"] as? Int == 20)
        try watch.expect("add", "exchange", id)
        #expect(try system.rows("exchange", "OKX_SPOT").first?["exchange_id"] as? Int == id)

        let updated = try row("exchanges", "update", "OKX_SPOT", "--base-url", "", "--display-name", "OKX")
        #expect(updated["base_url"] is NSNull)
        try watch.expect("modify", "exchange", id)
        #expect(try system.rows("exchange", "OKX_SPOT").first?["display_name"] as? String == "OKX")
        let again = try row("exchanges", "update", "OKX_SPOT", "--display-name", "OKX")
        #expect(again["outcome"] as? String == "unchanged")

        #expect(try status("GATEIO_SPOT", "BTC_USDT") == "ok")
        #expect(try row("exchanges", "deactivate", "GATEIO_SPOT")["is_active"] as? Bool == false)
        try watch.expect("modify", "exchange", 2)
        #expect(try status("GATEIO_SPOT", "BTC_USDT") == "inactive")
        #expect(try row("exchanges", "activate", "2")["outcome"] as? String == "updated")
        try watch.expect("modify", "exchange", 2)
        #expect(try status("GATEIO_SPOT", "BTC_USDT") == "ok")

        let present = try run("exchanges", "ensure")
        #expect(present.lines.count == 3)
        #expect(present.lines.allSatisfy { $0.hasSuffix("present") })
        try system.execute("DELETE FROM symbols WHERE exchange_id = 3; DELETE FROM exchanges WHERE id = 3")
        try watch.expect("delete", "exchange", 3)
        #expect(try run("exchanges", "ensure", "--format", "tsv").output.contains("GATEIO_FUTURES\tinserted"))
        try watch.expect("add", "exchange", id + 1)

        let stats = try row("exchanges", "stats")
        #expect((stats["total"] as? Int, stats["active"] as? Int) == (4, 4))
        #expect((stats["spot"] as? Int, stats["futures"] as? Int, stats["options"] as? Int) == (3, 1, 0))
        #expect(stats["unknown_venues"] as? String == "OKX_SPOT")
        #expect((stats["exchanges"] as? [Any])?.count == 4)
        #expect(try run("exchanges", "stats").lines.count == 12)
    }

    @Test("symbols: add, update, deactivate, activate; numbers and names are exact")
    func symbols() throws {
        let added = try row(
            "symbols", "add", "GATEIO_SPOT", "币安人生_USDT", "--base-asset", "币安人生", "--quote-asset", "USDT",
            "--max-order-size", "100000000000", "--tick-size", "0.00000001")
        let id = try #require(added["symbol_id"] as? Int)
        try watch.expect("add", "symbol", id)
        let served = try #require(try system.rows("symbol", String(id)).first)
        #expect(served["symbol"] as? String == "币安人生_USDT")
        #expect(served["max_order_size"] as? String == "100000000000")
        #expect(served["tick_size"] as? String == "0.00000001")

        let updated = try row("symbols", "update", String(id), "--precision-price", "4", "--tick-size", "")
        #expect(updated["tick_size"] is NSNull)
        try watch.expect("modify", "symbol", id)
        #expect(try system.rows("symbol", String(id)).first?["precision_price"] as? Int == 4)
        _ = try row("symbols", "deactivate", String(id))
        try watch.expect("modify", "symbol", id)
        #expect(try status("GATEIO_SPOT", "币安人生_USDT") == "inactive")
        _ = try row("symbols", "activate", String(id))
        try watch.expect("modify", "symbol", id)
        #expect(try status("GATEIO_SPOT", "币安人生_USDT") == "ok")
        #expect(try row("symbols", "stats")["exchanges"] as? Int == 3)
    }

    @Test("what is refused says everything that is wrong, changes nothing, and exits with 1")
    func refusals() throws {
        let before = try system.integer("SELECT pg_sequence_last_value('symbols_id_seq'::regclass)")
        let bad = try run(
            "symbols", "add", "GATEIO_SPOT", String(repeating: "币", count: 17), "--tick-size", "NaN",
            "--max-order-size", "123456789012.12345678", "--min-order-size", "-1", "--precision-price", "255")
        #expect(bad.exitCode == 1)
        #expect(bad.output.isEmpty)
        for field in [
            "base_asset", "quote_asset", "symbol_string", "tick_size", "max_order_size", "min_order_size",
            "precision_price",
        ] { #expect(bad.error.contains("  \(field) "), "\(field): \(bad.error)") }
        #expect(bad.error.contains("7 faults"))
        let taken = try run(
            "symbols", "add", "GATEIO_SPOT", "BTC_USDT", "--base-asset", "BTC", "--quote-asset", "USDT")
        #expect(taken.exitCode == 1)
        #expect(taken.error.contains("belongs to id"))
        #expect(try system.integer("SELECT pg_sequence_last_value('symbols_id_seq'::regclass)") == before)

        for arguments in [
            ["symbols", "update", "999999", "--tick-size", "1"], ["exchanges", "deactivate", "NOWHERE"],
            ["history", "symbol", "999999"], ["exchanges", "add", "MEXC_SPOT", "--market-type", "SPOT"],
            ["exchanges", "add", "X", "--market-type", "MARGIN"],
        ] {
            let result = try Program.run(arguments + ["--database", system.database.conninfo])
            #expect(result.exitCode == 1, "\(arguments)")
            #expect(result.error.hasPrefix("symbology: "), "\(arguments): \(result.error)")
        }
        for arguments in [
            ["symbols", "update", "1"], ["exchanges", "update", "MEXC_SPOT"], ["symbols"], ["history"],
            ["symbols", "rename", "1", "X", "--alias-for", "0"], ["symbols", "update", "1", "--symbol-string", "X"],
            ["symbols", "update", "1", "--tick-size", "1", "--if-unchanged-since", "yesterday"],
        ] {
            let result = try Program.run(arguments + ["--database", system.database.conninfo])
            #expect(result.exitCode == 64, "\(arguments): \(result.error)")
        }
        #expect(try Program.run("exchanges", "stats", "--database", "host=/nonexistent").exitCode == 69)
    }

    @Test("what is written and worth a look is said: contradictions, jumps, another contract, names that are ambiguous")
    func remarks() throws {
        func said(_ arguments: String...) throws -> [String] {
            let finished = try Program.run(["symbols"] + arguments + ["--database", system.database.conninfo])
            #expect(finished.exitCode == 0, "\(arguments): \(finished.error)")
            return finished.error.split(separator: "\n").map {
                String($0.replacing(#/symbology: symbol [0-9]+: /#, with: "").replacing(/\(id [0-9]+\)/, with: "(id)"))
            }
        }
        let spot = ["--base-asset", "W", "--quote-asset", "USDT"]
        let contradictory = try Program.run(
            [
                "symbols", "add", "MEXC_SPOT", "W", "--precision-price", "2", "--tick-size", "0.00001",
                "--min-order-size",
                "0.5", "--step-size", "1", "--database", system.database.conninfo,
            ] + spot)
        #expect(
            contradictory.error.contains("precision_price 2 contradicts tick_size 0.00001")
                && contradictory.error.contains("min_order_size 0.5 is no multiple of step_size 1"),
            "\(contradictory.error)")
        let tick = "tick_size goes from 0.00001 to 1000"
        let rest = "min_order_size 0.5 is no multiple of step_size 1"
        #expect(try said("update", "MEXC_SPOT", "W", "--tick-size", "1000") == [tick, rest])
        #expect(try said("update", "MEXC_SPOT", "W", "--tick-size", "1000") == [])

        func future(_ string: String, _ hour: String, _ payoff: String) -> [String] {
            [
                "symbols", "add", "GATEIO_FUTURES", string, "--kind", "future", "--settle-asset", "USDT", "--payoff",
                payoff,
                "--expires-at", "2090-01-05T\(hour):00Z", "--database", system.database.conninfo,
            ] + spot
        }
        #expect(try Program.run(future("W1", "08", "linear")).error.isEmpty)
        let twin = try Program.run(future("W2", "16", "inverse")).error
        #expect(twin.contains("payoff inverse contradicts settle_asset USDT, the quote asset"), "\(twin)")
        #expect(twin.contains(/is W\/USDT:USDT-900105, and so is "W1" \(id [0-9]+\): the name is ambiguous/), "\(twin)")
        #expect(try said("deactivate", "GATEIO_FUTURES", "W2").count == 1)
        let again = "is W/USDT:USDT-900105, and so is \"W1\" (id): the name is ambiguous"
        #expect(try said("activate", "GATEIO_FUTURES", "W2").last == again)
        let other = try said("update", "GATEIO_FUTURES", "W1", "--expires-at", "2090-01-06T08:00Z")
        #expect(
            other.count == 1 && other[0].hasPrefix("has expires_at 2090-01-06T08:00:00.000000Z instead of "), "\(other)"
        )
    }

    @Test("an option that there is not is named, whatever stands before it; so is a day that there is not")
    func unknownOptions() throws {
        for symbol in [["1"], ["MEXC_SPOT", "P"]] {
            let wrong = try Program.run(["symbols", "update"] + symbol + ["--strke", "3"])
            #expect(wrong.exitCode == 64 && wrong.error.contains("Unknown option '--strke'"), "\(wrong.error)")
        }
        for command in ["update", "deactivate", "rename"] {
            let many = try Program.run(
                "symbols", command, "MEXC_SPOT", "P", "Q", "R", "--database", "host=/nonexistent")
            #expect(many.exitCode == 64 && many.error.contains("say which symbol"), "\(command): \(many.error)")
        }
        let day = try run("symbols", "update", "1", "--expires-at", "2027-02-30")
        #expect(day.exitCode == 1 && day.error.contains("is a date or time that does not exist"), "\(day.error)")
    }

    @Test("a row that somebody changed since is not overwritten; history says who changed what")
    func conflict() throws {
        let shown = try #require(try system.rows("symbol", "1").first?["updated_at"] as? String)
        try system.execute("SET application_name = 'somebody else'; UPDATE symbols SET precision_base = 3 WHERE id = 1")
        let lost = try run("symbols", "update", "1", "--precision-base", "5", "--if-unchanged-since", shown)
        #expect(lost.exitCode == 1)
        #expect(lost.error.contains("somebody else"), "\(lost.error)")
        #expect(lost.error.contains("precision_base"))
        #expect(try system.integer("SELECT precision_base FROM symbols WHERE id = 1") == 3)
        let now = try #require(
            try row("symbols", "update", "1", "--precision-base", "4")["updated_at"] as? String)
        #expect(
            try row("symbols", "update", "1", "--precision-base", "5", "--if-unchanged-since", now)["outcome"]
                as? String == "updated")

        let history = try run("history", "symbol", "1", "--format", "json", "--limit", "3")
        let lines = try history.lines.map(jsonObject)
        let ours = "symbology symbols update"
        #expect(lines.map { $0["application"] as? String } == ["somebody else", ours, ours])
        #expect((lines.first?["new"] as? [String: Any])?["precision_base"] as? Int == 3)
        #expect(lines.last?["fields"] as? String == "precision_base")
        #expect(lines.last?["user"] as? String == "postgres")
        #expect(try run("history", "symbol", "1").lines.count == 4)
        let tsv = try run("history", "exchange", "MEXC_SPOT", "--format", "tsv")
        #expect(tsv.lines.first?.hasPrefix("at\tuser\tapplication\ttransaction_id\ttable\taction\t") == true)
    }

    @Test("a rename keeps the id; the old name answers as an alias until it expires, and never beats a live symbol")
    func rename() throws {
        let client = try LookupClient(.unix(path: system.unixPath))
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        let subscriber = try LookupClient(.unix(path: system.unixPath))
        try subscriber.subscribe()

        let renamed = try row("symbols", "rename", String(id), "XBT_USDT", "--alias-for", "7")
        #expect(renamed["symbol_id"] as? Int == id)
        #expect(renamed["former_symbol"] as? String == "BTC_USDT")
        #expect(renamed["alias_expires_at"] is String)
        try watch.expect("modify", "symbol", id)
        try watch.expect("modify", "everything")
        var kinds: [ReferenceKind] = []
        while kinds.last != .everything {
            guard let push = try subscriber.nextPush(timeoutMilliseconds: 20_000) else {
                Issue.record("no push")
                break
            }
            if case .change(let told) = push { kinds.append(told.change.kind) }
        }
        #expect(kinds == [.symbol, .everything])

        func resolve(_ symbol: String) throws -> SymbolResolution {
            try client.resolve(exchange: "GATEIO_SPOT", symbol: symbol)
        }
        #expect(try resolve("XBT_USDT").symbolId == UInt32(id))
        #expect(try !resolve("XBT_USDT").flags.contains(.alias))
        let alias = try resolve("BTC_USDT")
        #expect((alias.status, alias.symbolId) == (.ok, UInt32(id)))
        #expect(alias.flags.contains(.alias))
        #expect(try resolve("btc_usdt").status == .unknownSymbol)
        // By its exact key only: no list, no pair, no search shows it.
        let list = try client.symbols(exchange: "GATEIO_SPOT", activeOnly: false).rows
        #expect(list.count > 10)
        #expect(list.allSatisfy { $0.symbolString != "BTC_USDT" })
        let hits = try system.rows("search", "BTC_USDT").filter { $0["exchange"] as? String == "GATEIO_SPOT" }
        #expect(hits.allSatisfy { $0["symbol"] as? String != "BTC_USDT" })
        let pair = try client.resolve(exchange: "GATEIO_SPOT", base: "BTC", quote: "USDT")
        #expect((pair.symbolId, pair.flags.contains(.alias)) == (UInt32(id), false))
        let asked = try system.ask("resolve", "GATEIO_SPOT", "BTC_USDT", "--format", "json")
        #expect(try jsonObject(try #require(asked.lines.first))["symbol_id"] as? Int == id)
        #expect(asked.error.contains("is a former name of symbol \(id)"))

        // The venue uses the old name again.
        let reborn = try row(
            "symbols", "add", "GATEIO_SPOT", "BTC_USDT", "--base-asset", "BTCX", "--quote-asset", "USDT")
        let rebornId = try #require(reborn["symbol_id"] as? Int)
        try watch.expect("add", "symbol", rebornId)
        #expect(try resolve("BTC_USDT").symbolId == UInt32(rebornId))
        #expect(try !resolve("BTC_USDT").flags.contains(.alias))
        try system.execute("DELETE FROM symbols WHERE id = \(rebornId)")
        try watch.expect("delete", "symbol", rebornId)
        #expect(try resolve("BTC_USDT").flags.contains(.alias))

        let history = try run("history", "symbol", String(id), "--format", "tsv")
        #expect(history.output.contains("\tsymbol_aliases\tinsert\t"))
    }

    @Test("an alias that expires is gone, though no row changed; --no-alias leaves none")
    func aliasExpiry() throws {
        let client = try LookupClient(.unix(path: system.unixPath))
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        _ = try row("symbols", "rename", String(id), "XBT_USDT")
        try watch.expect("modify", "everything")
        try system.execute("UPDATE symbol_aliases SET expires_at = now() + interval '1 s'")
        let isOver = "SELECT count(*) FROM symbol_aliases WHERE expires_at < clock_timestamp()"
        #expect(try Deadline().poll { try system.integer(isOver) == 1 })
        // Any look at the database finds it, the poll's as well as that of a doorbell.
        try system.execute("NOTIFY symbology_reference")
        try watch.expect("modify", "everything")
        #expect(try client.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT").status == .unknownSymbol)

        #expect(try row("symbols", "rename", String(id), "BTC_USDT", "--no-alias")["alias_expires_at"] is NSNull)
        try watch.expect("modify", "symbol", id)
        #expect(try client.resolve(exchange: "GATEIO_SPOT", symbol: "XBT_USDT").status == .unknownSymbol)
    }

    @Test("import: a dry run prints what would change, --deactivate-missing is pushed")
    func importChanges() throws {
        let path = system.folder.write(
            "next.csv",
            """
            exchange,base_asset,quote_asset,symbol_string,tick_size
            GATEIO_FUTURES,NEW,USDT,NEW_USDT,0.1
            GATEIO_FUTURES,BTC,USDT,BTC_USDT,123

            """)
        let futures = try system.integer("SELECT count(*) FROM symbols WHERE exchange_id = 3 AND is_active")
        let before = try system.integer("SELECT max(changed_xid)::text::int8 FROM symbols")
        let lines = try run("import", path, "--dry-run", "--format", "json").lines.map(jsonObject)
        #expect(lines[0]["change"] as? String == "new")
        #expect(lines[0]["line"] as? Int == 2)
        #expect(lines[1]["change"] as? String == "changed")
        #expect((lines[1]["field"] as? String, lines[1]["new"] as? String) == ("tick_size", "123"))
        #expect(lines.count(where: { $0["change"] as? String == "gone" }) == Int(futures) - 1)
        #expect((lines.last?["dry_run"] as? Bool, lines.last?["inserted"] as? Int) == (true, 1))
        let tsv = try run("import", path, "--dry-run", "--format", "tsv")
        #expect(tsv.lines.first == "change\tline\texchange\tsymbol\tsymbol_id\tfield\told\tnew")
        #expect(tsv.lines.count == lines.count)
        #expect(tsv.error.contains("nothing was written"))
        #expect(try run("import", path, "--dry-run").output.contains("1 new, 1 changed, 0 unchanged"))
        #expect(try system.integer("SELECT max(changed_xid)::text::int8 FROM symbols") == before)

        let gone = try #require(lines.first { $0["change"] as? String == "gone" })
        let done = try run("import", path, "--deactivate-missing", "--allow-jumps")
        #expect(done.output == "1 inserted, 1 updated, 0 unchanged, \(futures - 1) deactivated\n")
        try watch.expect("modify", "symbol", try #require(gone["symbol_id"] as? Int))
        #expect(try status("GATEIO_FUTURES", try #require(gone["symbol"] as? String)) == "inactive")
        #expect(try status("GATEIO_SPOT", "BTC_USDT") == "ok")
    }
}
