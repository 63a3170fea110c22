import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Command line: partitions, backfill")
struct MarketDataCommandTests {
    let database: TestDatabase
    let connection: Connection

    /// Migrated by the program itself, so that the ledger knows it; some rows of each of the last weeks.
    init() throws {
        database = try TestDatabase(.empty)
        connection = try database.connect()
        let migrated = try Program.run(["migrate", "up", "--database", database.conninfo])
        try #require(migrated.exitCode == 0, "\(migrated.error)")
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'USDT', 'B' || g || 'USDT' FROM generate_series(1, 20) g;
            INSERT INTO book_ticker_snapshots (exchange, symbol_base, symbol_quote, bid_price, ask_price, bid_qty,
                                               ask_qty, timestamp)
            SELECT 'MEXC_SPOT', 'B' || 1 + g % 20, 'USDT', 1, 2, 3, 4, now() - interval '3 weeks' * (g / 20000.0)
              FROM generate_series(1, 20000) g;
            ANALYZE book_ticker_snapshots
            """)
    }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--database", database.conninfo])
    }

    private func integer(_ sql: String) throws -> Int64 {
        try #require(try connection.query(Statement(name: "test", sql: sql)).int64(0, 0))
    }

    private func copiedCount() throws -> Int64 {
        try integer("SELECT coalesce(sum(copied_count), 0)::int8 FROM market_data_partitions")
    }

    @Test("killed three times amid its work, it goes on each time, and everything is there once")
    func killed() throws {
        for number in 1...3 {
            let before = try copiedCount()
            let command = try Program.start([
                "backfill", "--batch-size", "100", "--rows-per-second", "5000", "--database", database.conninfo,
            ])
            #expect(try Deadline().poll { try copiedCount() >= before + 1_000 })
            command.signal(9)
            _ = try command.finish()
            let copied = try copiedCount()
            #expect(copied > 0 && copied < 20_000, "killed before its end, \(number)")
            // The server notices within a second that nobody waits any more.
            let isThere = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'symbology backfill'"
            #expect(try Deadline().poll { try integer("\(isThere) AND datname = current_database()") == 0 })
        }
        let last = try run("backfill", "--verify", "--format", "json")
        #expect(last.exitCode == 0, "\(last.error)")
        let line = try jsonObject(try #require(last.lines.first))
        #expect(line["complete"] as? Bool == true && line["differing_chunks"] as? Int == 0)
        #expect(try copiedCount() == 20_000 && integer("SELECT count(*) FROM book_ticker_snapshots_v2") == 20_000)
        #expect(last.error.contains("rows/s"), "progress is on standard error")
    }

    @Test("--status says how far it is while it runs, and a second one at the same time ends with 1")
    func status() throws {
        let command = try Program.start([
            "backfill", "--batch-size", "100", "--rows-per-second", "2000", "--database", database.conninfo,
        ])
        #expect(try Deadline().poll { try copiedCount() > 0 })
        let status = try run("backfill", "--status", "--format", "json")
        let line = try jsonObject(try #require(status.lines.first))
        #expect(line["running"] as? Bool == true && line["table"] as? String == "book_ticker_snapshots")
        #expect((line["rows"] as? Int).map { $0 > 0 && $0 < 20_000 } == true && line["rows_expected"] as? Int == 20_000)
        #expect((line["seconds_left"] as? Int).map { (0...60).contains($0) } == true, "\(line)")
        let second = try run("backfill")
        #expect(second.exitCode == 1 && second.error.contains("is running already: process"))
        command.signal(SIGINT)
        let ended = try command.finish()
        #expect(ended.exitCode == 1 && ended.error.contains("it goes on where it was"), "\(ended.error)")
    }

    @Test("a terminal gets one line with a bar, rate and time left; elsewhere there are lines")
    func bar() throws {
        let command = try RunningCommand(
            "/usr/bin/script",
            [
                "--quiet", "--return", "--command",
                "stty cols 60; exec \(Program.path) backfill --batch-size 1000 --rows-per-second 10000", "/dev/null",
            ], environment: Program.environment(["SYMBOLOGY_DATABASE": database.conninfo]))
        let shown = try command.finish()
        #expect(shown.exitCode == 0)
        let bars = shown.output.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("[") }
        #expect(bars.contains { $0.hasPrefix("[#####") && $0.contains(" rows/s, ") && $0.contains(" s left") })
        let isDrawnOver = bars.allSatisfy { $0.hasSuffix("\u{1B}[K") && $0.count < 60 + 3 }
        #expect(isDrawnOver, "a longer line would wrap")
    }

    @Test("--verify names a planted row, and ends with 1")
    func planted() throws {
        #expect(try run("backfill").exitCode == 0)
        try database.run("UPDATE book_ticker_snapshots_v2 SET bid_price = 1.25 WHERE id = 4711")
        let found = try run("backfill", "--verify")
        #expect(found.exitCode == 1 && found.error.contains("chunks that differ: 1"), "\(found.error)")
        #expect(found.error.contains("id 4711 of ") && found.error.contains("has other values"), "\(found.error)")
        #expect(found.error.contains("Next") || found.error.contains("was the mirror off"), "\(found.error)")
        #expect(try run("backfill", "--lag-max", "0").exitCode == 64)
    }

    @Test("partitions prints what it made, and nothing the second time")
    func partitions() throws {
        let first = try run("partitions", "--ahead", "2", "--format", "json")
        #expect(first.exitCode == 0 && first.lines.count == 6, "\(first.error)")
        #expect(try jsonObject(first.lines[0])["action"] as? String == "attached")
        #expect(try run("partitions", "--ahead", "2").lines.isEmpty)
        #expect(try run("partitions", "--ahead", "-1").exitCode == 64)
        #expect(try run("partitions", "--width", "hour").exitCode == 64)
    }

    @Test("validate --phase 2 passes when all is done, and names what is not")
    func validate() throws {
        #expect(try run("partitions").exitCode == 0 && run("backfill").exitCode == 0)
        let passed = try run("validate", "--phase", "2", "--format", "json")
        #expect(passed.exitCode == 0, "\(passed.output)")
        #expect(passed.lines.allSatisfy { $0.contains("\"passed\"") }, "\(passed.output)")
        try database.run(
            """
            UPDATE book_ticker_snapshots_v2 SET bid_qty = 7;
            UPDATE book_ticker_snapshots SET bid_qty = 8 WHERE id = 1;
            UPDATE market_data_queue SET queued_at = now() - interval '1 day';
            INSERT INTO book_ticker_snapshots (exchange, symbol_base, symbol_quote, bid_price, ask_price, bid_qty,
                                               ask_qty, timestamp)
            VALUES ('MEXC_SPOT', 'NONE', 'USDT', 1, 2, 3, 4, now());
            ALTER TABLE trade_snapshots DISABLE TRIGGER market_data_deleted;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (1, 'GONE', 'USDT', 'GONE');
            INSERT INTO trade_snapshots_v2 (symbol_id, price, quantity, side, timestamp)
            SELECT id, 1, 1, 1, now() FROM symbols WHERE symbol_string = 'GONE';
            SET session_replication_role = replica;
            INSERT INTO trade_snapshots (exchange, symbol_base, symbol_quote, price, quantity, side, timestamp)
            VALUES ('NONE', 'B1', 'USDT', 1, 1, 'buy', now());
            DELETE FROM symbols WHERE symbol_string = 'GONE'
            """)
        let failed = try run("validate", "--phase", "2", "--format", "json")
        #expect(failed.exitCode == 1)
        let verdicts = try failed.lines.map(jsonObject).filter { $0["verdict"] as? String != "passed" }
        #expect(
            verdicts.compactMap { $0["check"] as? String } == [
                "queue_age.book_ticker", "quarantine.book_ticker", "samples.book_ticker", "mirror.trade",
                "quarantine.trade", "orphans.trade",
            ], "\(failed.output)")
    }

    @Test("rollback --phase 2 takes mirror and tables away, and the legacy tables go on")
    func rollback() throws {
        #expect(try run("backfill").exitCode == 0)
        let folder = TemporaryFolder()
        let file = folder.path("market.dump")
        let back = try run("rollback", "--phase", "2", "--backup", "--backup-file", file, "--yes")
        #expect(back.exitCode == 0, "\(back.error)")
        #expect(back.error.contains("20000 rows of book_ticker_snapshots_v2"))
        #expect(FileManager.default.fileExists(atPath: file))
        let left = """
            SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_v2%' OR relname LIKE 'market\\_data%'
            """
        #expect(try integer(left) == 0)
        let triggers = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'market_data_%'"
        #expect(try integer(triggers) == 0)
        try database.run("DELETE FROM book_ticker_snapshots WHERE id = 1")
        #expect(try integer("SELECT count(*) FROM symbols") == 20, "phase 1 stays")
        #expect(try run("migrate", "up").exitCode == 0 && run("backfill", "--verify").exitCode == 0)
    }

    @Test("behind a reader who does not end, what needs a strong lock ends with 1 and names him")
    func blocked() throws {
        #expect(try run("backfill").exitCode == 0)
        try connection.query(Statement(name: "begin", sql: "BEGIN"))
        try connection.query(Statement(name: "read", sql: "SELECT FROM book_ticker_snapshots LIMIT 1"))
        let back = try run("rollback", "--phase", "2", "--yes")
        #expect(back.exitCode == 1 && back.error.contains("process \(connection.serverProcessId) "), "\(back.error)")
        try connection.query(Statement(name: "end", sql: "COMMIT"))
        #expect(try integer("SELECT count(*) FROM book_ticker_snapshots_v2") == 20_000)
    }

    @Test(
        "rollback --backup refuses when a row that only the new tables have was written after the dump",
        arguments: ["1", "2"])
    func writtenAfterTheDump(_ phase: String) throws {
        let write = """
            INSERT INTO book_ticker_snapshots_v2 (symbol_id, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT id, 1, 1, 1, 1, now() FROM symbols LIMIT 1
            """
        #expect(try run("backfill").exitCode == 0)
        try database.run(write)
        let folder = TemporaryFolder()
        let pipe = folder.path("keyboard")
        try #require(mkfifo(pipe, 0o600) == 0)
        let file = folder.path("x.dump")
        let command = try RunningCommand(
            "/bin/sh",
            [
                "-c",
                "exec script --quiet --return "
                    + "--command \"stty -onlcr; exec $0 rollback --phase \(phase) --backup --backup-file $1\" "
                    + "/dev/null < $2", Program.path, file, pipe,
            ], environment: Program.environment(["SYMBOLOGY_DATABASE": database.conninfo]))
        defer { command.end() }
        let keyboard = try FileHandle(forUpdating: URL(filePath: pipe))
        try command.waitForLine(.output, "question") { $0.contains("type yes to go on") }
        try database.run("UPDATE book_ticker_snapshots_v2 SET bid_qty = 2 WHERE id >= 4503599627370496")
        try keyboard.write(contentsOf: Data("yes\n".utf8))
        let end = try command.finish()
        try keyboard.close()
        #expect(end.exitCode == 1 && end.output.contains("changed after the backup"), "\(end.output)")
        #expect(end.output.contains("may be off: run it again; the backup stays in \(file)"), "\(end.output)")
        #expect(try integer("SELECT count(*) FROM book_ticker_snapshots_v2") == 20_001)
        #expect(try run("rollback", "--phase", phase, "--yes").exitCode == 0)
        #expect(try integer("SELECT count(*) FROM book_ticker_snapshots") == 20_000)
    }
}
