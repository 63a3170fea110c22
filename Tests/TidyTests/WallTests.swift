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
        expectTidy(try findings(outside: ["PostgreSQL"], mentioning: ["PQ"], /\bPQ[a-z]\w+\(/), "libpq has one room")
    }

    @Test("SQL only in the stores and the migrations")
    func sql() throws {
        let rooms: Set<String> = ["ReferenceStore", "MarketDataStore", "SchemaMigrations", "PostgreSQL"]
        let words = ["SELECT", "INSERT", "DELETE", "UPDATE", "CREATE", "LOCK", "TRUNCATE"]
        let statement = try Regex(
            [
                #"\bSELECT\s.+\sFROM\b"#, #"\bINSERT\s+INTO\s"#, #"\bDELETE\s+FROM\s"#, #"\bUPDATE\s+\w+\s+SET\s"#,
                #"\bCREATE\s+(?:TABLE|TRIGGER|INDEX)\s"#, #"\bLOCK\s+TABLE\s"#, #"\bTRUNCATE\s"#,
            ].joined(separator: "|"))
        // What `dev` and `psql` users are told to type is text for them, not a statement of ours.
        let found = try findings(outside: rooms, mentioning: words, statement).filter { !$0.contains("psql") }
        expectTidy(found, "statements live in ReferenceStore, SchemaMigrations and Migrations/")
    }

    @Test("no unsafe flags: they make a package unusable as a dependency")
    func unsafeFlags() throws {
        #expect(!(try House.text("Package.swift")).contains("unsafeFlags"))
    }
}
