import PostgreSQL
import TestSupport
import Testing

@testable import ReferenceStore

/// How much an import reads, whatever the planner believes of the table.
@Suite("Import: work")
struct ImportWorkTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    /// Far below what a pass over all lines for each row reads: that is `lineCount` a line.
    private let lineCount = 2_000
    private let readCountALineMax: Int64 = 150

    /// What was read of the table and of the lines since the transaction began.
    private func readCount() throws -> Int64 {
        try database.integer(
            """
            SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int8 FROM pg_stat_xact_all_tables
             WHERE relname = 'symbols' OR relname LIKE 'symbology_import%'
            """)
    }

    @Test(
        "after ANALYZE of a table with one row a line costs as much as ever",
        arguments: ["real", "dry", "bad", "of another"])
    func staleStatistics(way: String) throws {
        defer { database.keep() }
        try run("\(header)\nGATEIO_SPOT,A,USDT,A\n")
        try database.run("ANALYZE symbols")
        let lines = (0..<lineCount).map { "GATEIO_SPOT,A\($0),USDT,A\($0)" }
        try run("\(header),tick_size\n" + lines.map { "\($0),1\n" }.joined())
        #expect(try database.integer("SELECT reltuples::int8 FROM pg_class WHERE oid = 'symbols'::regclass") == 1)

        var readCounts: [Int64] = []
        let isBad = way == "bad" || way == "of another"
        let tick = isBad ? "x" : "1"
        let list =
            "\(header),tick_size\n" + lines.dropLast().map { "\($0),\(tick)\n" }.joined()
            + "\(lines[lineCount - 1]),2\n"
        let options = SymbolImportOptions(skipsBad: isBad, deactivatesMissing: true, isDryRun: way == "dry")
        // Who does not own the table cannot ANALYZE it.
        if way == "of another" { try database.run("SET ROLE symbology_manager") }
        let count = { readCounts.append((try? readCount()) ?? .max) }
        let result = try SymbolImport(database.connection).run(
            csv: Array(list.utf8), options,
            onProgress: { if case .writing = $0 { count() } }, onChange: { _ in count() })
        #expect(result.updatedCount == 1)
        let most = try #require(readCounts.max())
        #expect(most > Int64(lineCount) && most < Int64(lineCount) * readCountALineMax, "\(most / Int64(lineCount))")
        if way == "real" || way == "bad" {
            let known = try database.integer("SELECT reltuples::int8 FROM pg_class WHERE oid = 'symbols'::regclass")
            #expect(known == Int64(lineCount) + 1)
        }
    }
}
