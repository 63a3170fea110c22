import PostgreSQL
import TestSupport
import Testing

@testable import ReferenceStore

/// A list is judged by the state it leads to: each row of the transition table beside each other one, in one file, with
/// bad lines among them.
///
/// Three rows and three others make a file, because an import costs as much for six as for two; which three stand
/// together is drawn anew each time, so that no pair always has the same company.
@Suite("Import: the transition table")
struct ImportTransitionTests {
    /// The ids of what is known before: far enough apart for all rows.
    private static let firstIds = ["P": 0, "Q": 100, "R": 200, "S": 300, "T": 400, "U": 500]
    private static let newIdMin = 1_000

    @Test(
        "every pair of rows",
        arguments: [
            TransitionOptions(), TransitionOptions(deactivates: true), TransitionOptions(renames: true),
            TransitionOptions(deactivates: true, renames: true, listsAnew: true),
        ])
    func pairs(options: TransitionOptions) throws {
        let database = try TestSession()
        defer { database.keep() }
        var generator = SeededGenerator()
        let all = ImportTransition.all.shuffled(using: &generator)
        let groups = stride(from: 0, to: all.count, by: 3).map { all[$0..<min($0 + 3, all.count)] }
        for (index, one) in groups.enumerated() {
            for other in groups[index...] {
                let rows = Array(zip(Self.firstIds.keys.sorted(), one + other))
                try check(rows, options, database, "\(generator)")
            }
        }
    }

    private func check(
        _ rows: [(prefix: String, transition: ImportTransition)], _ options: TransitionOptions,
        _ database: TestSession, _ seed: String
    ) throws {
        let names = rows.map(\.transition.name).joined(separator: " + ") + ", \(seed)"
        try database.connection.executeScript(
            """
            DELETE FROM symbol_aliases; DELETE FROM symbols; ALTER TABLE symbols ALTER id RESTART \(Self.newIdMin)
            """, name: "start again")
        var text = ImportTransition.header + "\n"
        var refusedLines: [Int] = []
        var lineNumber = 1
        func add(_ line: String, isRefused: Bool) {
            text += line + "\n"
            lineNumber += 1
            if isRefused { refusedLines.append(lineNumber) }
        }
        // Both exchanges are named; a line of an exchange that nobody knows, and one that says nothing.
        add("GATEIO_SPOT,Z,USDT,Z,,,,,,,", isRefused: false)
        add("GATEIO_FUTURES,Z,USDT,Z,,,,,,,", isRefused: false)
        add("NOWHERE,Z,USDT,Z,,,,,,,", isRefused: true)
        for (prefix, transition) in rows {
            let refused = transition.refused(options)
            for (index, known) in transition.known.enumerated() {
                try database.run(
                    """
                    INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset,
                                         payoff, expires_at, is_active, is_kind_assumed)
                    OVERRIDING SYSTEM VALUE
                    VALUES (\(Self.firstIds[prefix]! + index + 1), \(known.replacing("@", with: prefix)))
                    """)
            }
            for (index, line) in transition.lines.enumerated() {
                add(line.replacing("@", with: prefix), isRefused: refused.contains(index))
            }
            add("GATEIO_SPOT", isRefused: true)
        }
        let result = try SymbolImport(database.connection).run(csv: Array(text.utf8), options.importOptions)
        #expect(result.faults.map(\.line) == refusedLines, "\(names): \(result.faults)")
        for (prefix, transition) in rows {
            let expected = transition.becomes(options).map { $0.replacing("@", with: prefix) }.joined(separator: ", ")
            #expect(try state(prefix, database) == (expected.isEmpty ? "NULL" : expected), "\(names): \(prefix)")
        }
        // Nothing is drawn for a line that is refused.
        let newCount = try database.integer("SELECT count(*) FROM symbols WHERE id >= \(Self.newIdMin)")
        let drawn = "SELECT CASE WHEN is_called THEN last_value - \(Self.newIdMin) + 1 ELSE 0 END FROM symbols_id_seq"
        #expect(try database.integer(drawn) == newCount, "\(names)")
        // The same list again changes nothing but what `--new-listing` makes anew.
        let again = try SymbolImport(database.connection).run(csv: Array(text.utf8), options.importOptions)
        #expect((again.insertedCount, again.updatedCount, again.goneCount) == (0, 0, 0), "\(names): again")
    }

    private func state(_ prefix: String, _ database: TestSession) throws -> String {
        try database.text(
            """
            SELECT string_agg(concat_ws(' ', CASE WHEN id >= \(Self.newIdMin) THEN 'new'
                                                  ELSE (id - \(Self.firstIds[prefix]!))::text END,
                       symbol_string, symbol_unified_name(base_asset, quote_asset, settle_asset, kind, expires_at,
                           strike,
                                                          option_type),
                       trim_scale(tick_size), CASE WHEN NOT is_active THEN 'dead' END,
                       CASE WHEN is_last_good THEN 'last-good' END), ', ' ORDER BY id)
              FROM symbols WHERE base_asset LIKE '\(prefix)%'
            """)
    }
}
