import Foundation
import Testing

/// Each C library and SQL stay in the rooms made for them.
@Suite("The house: walls")
struct WallTests {
    private func findings(
        outside rooms: Set<String>, _ pattern: some RegexComponent, comment: String
    ) throws -> [String] {
        try House.swiftFiles("Sources").filter { !rooms.contains($0.target) }.flatMap { file in
            file.codeLines.compactMap { number, text in
                text.contains(pattern) ? "\(file.path):\(number): \(comment): \(text)" : nil
            }
        }
    }

    @Test("uv_ only in EventLoop")
    func libuv() throws {
        expectTidy(try findings(outside: ["EventLoop"], /\buv_\w+|\bUV_\w+/, comment: "libuv"), "libuv has one room")
        let inside = try House.swiftFiles("Sources/EventLoop").contains { file in
            file.lines.contains { $0.contains(/\buv_\w+/) }
        }
        #expect(inside, "the rule must be able to find something")
    }

    @Test("PQ only in PostgreSQL")
    func libpq() throws {
        expectTidy(try findings(outside: ["PostgreSQL"], /\bPQ[a-z]\w+\(/, comment: "libpq"), "libpq has one room")
    }

    @Test("SQL only in the stores and the migrations")
    func sql() throws {
        let rooms: Set<String> = ["ReferenceStore", "MarketDataStore", "SchemaMigrations", "PostgreSQL"]
        let statement = try Regex(
            [
                #"\bSELECT\s.+\sFROM\b"#, #"\bINSERT\s+INTO\s"#, #"\bDELETE\s+FROM\s"#, #"\bUPDATE\s+\w+\s+SET\s"#,
                #"\bCREATE\s+(?:TABLE|TRIGGER|INDEX)\s"#, #"\bLOCK\s+TABLE\s"#, #"\bTRUNCATE\s"#,
            ].joined(separator: "|"))
        // What `dev` and `psql` users are told to type is text for them, not a statement of ours.
        let found = try findings(outside: rooms, statement, comment: "SQL").filter { !$0.contains("psql") }
        expectTidy(found, "statements live in ReferenceStore, SchemaMigrations and Migrations/")
    }

    @Test("no unsafe flags: they make a package unusable as a dependency")
    func unsafeFlags() throws {
        #expect(!(try House.text("Package.swift")).contains("unsafeFlags"))
    }
}
