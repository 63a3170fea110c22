import Foundation
import Testing

/// Each C library and SQL stay in the rooms made for them.
@Suite("The house: walls")
struct WallTests {
    private func findings(
        outside rooms: Set<String>, mentioning words: [String], _ pattern: some RegexComponent
    ) throws -> [String] {
        try House.swiftFiles("Sources").filter { !rooms.contains($0.target) }.flatMap { file in
            file.codeLines(mentioning: words).compactMap { number, text in
                text.contains(pattern) ? "\(file.path):\(number): \(text)" : nil
            }
        }
    }

    @Test("uv_ only in EventLoop")
    func libuv() throws {
        expectTidy(
            try findings(outside: ["EventLoop"], mentioning: ["uv_", "UV_"], /\buv_\w+|\bUV_\w+/), "libuv has one room")
        let inside = try House.swiftFiles("Sources/EventLoop").contains { file in
            file.lines.contains { $0.mentions("uv_") }
        }
        #expect(inside, "the rule must be able to find something")
    }

    @Test("PQ only in PostgreSQL")
    func libpq() throws {
        let pattern = /\bPQ[a-z]\w+\(/
        expectTidy(try findings(outside: ["PostgreSQL"], mentioning: ["PQ"], pattern), "libpq has one room")
        let inside = try House.swiftFiles("Sources/PostgreSQL").contains { file in
            file.codeLines(mentioning: ["PQ"]).contains { $0.text.contains(pattern) }
        }
        #expect(inside, "the rule must be able to find something")
    }

    @Test("clocks, threads and seeded random numbers only in Platform")
    func plumbing() throws {
        let words = ["clock_gettime", "pthread_create", "0xBF58_476D"]
        let pattern = /\bclock_gettime\b|\bpthread_create\b|0xBF58_476D/
        let found = try findings(outside: ["Platform"], mentioning: words, pattern)
        expectTidy(found, "Platform has one of each")
        let inside = try House.swiftFiles("Sources/Platform").flatMap { $0.codeLines(mentioning: words) }
        #expect(inside.count >= 3, "the rule must be able to find something")
    }

    /// Where a statement begins: its first words, which may stand on several lines.
    private func statements(_ files: [House.SourceFile]) throws -> [String] {
        let words = ["SELECT", "INSERT", "DELETE", "UPDATE", "CREATE", "LOCK", "TRUNCATE"]
        let statement = try Regex(
            [
                #"^[^\n]*\bSELECT\s[\s\S]{1,400}?[\s"]FROM\b"#,
                #"^[^\n]*\bINSERT\s+INTO\s"#, #"^[^\n]*\bDELETE\s+FROM\s"#,
                #"^[^\n]*\bUPDATE\s+\w+\s+SET\s"#, #"^[^\n]*\bCREATE\s+(?:TABLE|TRIGGER|INDEX)\s"#,
                #"^[^\n]*\bLOCK\s+TABLE\s"#, #"^[^\n]*\bTRUNCATE\s"#,
            ].joined(separator: "|"))
        return try files.flatMap { file in
            try file.codeLines(mentioning: words).compactMap { number, text in
                let code = file.code(from: number - 1, lineCount: 12)
                return try statement.prefixMatch(in: code) == nil ? nil : "\(file.path):\(number): \(text)"
            }
        }
    }

    @Test("SQL only in the stores and the migrations")
    func sql() throws {
        let rooms: Set<String> = [
            "ReferenceStore", "ReferencePhases", "MarketDataStore", "SchemaMigrations", "PostgreSQL",
        ]
        let sources = try House.swiftFiles("Sources")
        // What `dev` and `psql` users are told to type is text for them, not a statement of ours.
        let found = try statements(sources.filter { !rooms.contains($0.target) }).filter { !$0.contains("psql") }
        expectTidy(found, "statements live in ReferenceStore, ReferencePhases, SchemaMigrations and Migrations/")
        #expect(
            try statements(sources.filter { $0.target == "ReferenceStore" }).count > 20,
            "the rule must be able to find something")
    }

    @Test(
        "a statement is found however it is broken into lines",
        arguments: [
            ["SELECT id FROM t"], ["SELECT id", "  FROM t"], ["SELECT", "  id,", "  name", "FROM t"],
            ["UPDATE t", " SET a = 1"],
            ["INSERT", "INTO t VALUES (1)"], ["let sql = \"SELECT a \"", "    + \"FROM t\""],
        ])
    func brokenStatements(lines: [String]) throws {
        let file = House.SourceFile(path: "Sources/x/X.swift", lines: lines.map { $0[...] })
        #expect(try statements([file]).count == 1)
    }

    @Test("no unsafe flags: they make a package unusable as a dependency")
    func unsafeFlags() throws {
        #expect(!(try House.text("Package.swift")).contains("unsafeFlags"))
    }
}
