import PostgreSQL
import TestSupport
import Testing

@testable import ReferencePhases
@testable import ReferenceStore

@Suite("A moment to back up")
struct BackupMomentTests {
    @Test("counts are of the moment, whatever is written meanwhile, and the change since is noticed")
    func countsAndChanges() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run("CREATE SCHEMA \"Odd name\"")
        try database.run("CREATE TABLE \"Odd name\".\"T 1\" AS SELECT generate_series(1, 3)")
        let moment = try BackupMoment(database.connect())
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT")
        #expect(try !BackupMoment.hasChanged(since: moment.watermark, database.connection))
        try database.run("DELETE FROM exchanges WHERE enum_value = 'MEXC_SPOT'")
        let counts = try moment.rowCounts()
        #expect(counts["public.exchanges"] == 3 && counts["public.book_ticker_snapshots"] == 0)
        #expect(counts["\"Odd name\".\"T 1\""] == 3)
        #expect(!counts.keys.contains { $0.hasPrefix("pg_catalog") || $0.hasPrefix("information_schema") })
        moment.close()
        #expect(try BackupMoment.hasChanged(since: moment.watermark, database.connection))
        #expect(!moment.exportedSnapshot.isEmpty)
    }

    @Test("touching last_seen is no change")
    func lastSeen() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'A', 'B', 'AB')")
        let moment = try BackupMoment(database.connect())
        try database.run("UPDATE symbols SET last_seen = now()")
        #expect(try !BackupMoment.hasChanged(since: moment.watermark, database.connection))
        try database.run("UPDATE symbols SET tick_size = 1")
        #expect(try BackupMoment.hasChanged(since: moment.watermark, database.connection))
    }
}

@Suite("Counting the rows of a dump")
struct DumpRowCounterTests {
    private let script = """
        -- COPY public.no FROM stdin;
        SET x = 1;
        COPY public.symbols (id, name) FROM stdin;
        1\tCOPY public.fake (a) FROM stdin;
        2\t\\\\.
        \\.

        COPY "Odd name"."T (1)" ("a ""b") FROM stdin;
        \\.
        COPY public.nothing  FROM stdin;


        \\.
        SELECT 1;

        """

    @Test("rows are counted by table, in whatever pieces the script comes")
    func pieces() {
        let bytes = Array(script.utf8)
        for size in [1, 2, 7, 64, bytes.count] {
            var counter = DumpRowCounter()
            for start in stride(from: 0, to: bytes.count, by: size) {
                Array(bytes[start..<min(bytes.count, start + size)]).withUnsafeBytes { counter.read($0) }
            }
            #expect(counter.rowCounts == ["public.symbols": 2, "\"Odd name\".\"T (1)\"": 0, "public.nothing": 2])
            #expect(counter.isComplete)
        }
    }

    @Test("a script that breaks off amid a table is not complete")
    func brokenOff() {
        var counter = DumpRowCounter()
        Array("COPY public.t (a) FROM stdin;\n1\n2\n".utf8).withUnsafeBytes { counter.read($0) }
        #expect(!counter.isComplete && counter.rowCounts == ["public.t": 2])
    }
}
