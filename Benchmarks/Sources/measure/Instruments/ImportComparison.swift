import CLoad
import Foundation

/// A bare COPY of new rows into `symbols`, and `symbology import` of the same rows: each into a database of its own that
/// has the schema and no symbols.
struct ImportComparison {
    private let surroundings: Surroundings
    private let rowCount: Int
    private let maintenance: Database
    private let csvPath: String

    private static let template = "import_template"
    private static let target = "import_target"

    init(surroundings: Surroundings, rowCount: Int) throws {
        self.surroundings = surroundings
        self.rowCount = rowCount
        maintenance = try Database(surroundings.conninfo(database: "postgres"))
        csvPath = "\(surroundings.directory)/import.csv"
        let lines = (0..<rowCount).map { SymbolLine(index: $0, .options).csv }
        try (SymbolLine.csvHeader + lines.joined()).write(toFile: csvPath, atomically: false, encoding: .utf8)
        for name in [Self.target, Self.template] { try maintenance.run("DROP DATABASE IF EXISTS \(name)") }
        try maintenance.run("CREATE DATABASE \(Self.template)")
        let template = surroundings.conninfo(database: Self.template)
        try surroundings.runSymbology(["migrate", "up", "--database", template])
    }

    /// Seconds of each.
    func round() throws -> (copy: Double, imported: Double) {
        (
            try timed { try copy() },
            try timed {
                try surroundings.runSymbology(
                    ["import", csvPath, "--database", surroundings.conninfo(database: Self.target)])
            }
        )
    }

    private func timed(_ body: () throws -> Void) throws -> Double {
        try maintenance.run("DROP DATABASE IF EXISTS \(Self.target)")
        try maintenance.run("CREATE DATABASE \(Self.target) TEMPLATE \(Self.template)")
        // What the one before left to be written would be on this one's account.
        try maintenance.run("CHECKPOINT")
        let start = load_now()
        try body()
        let seconds = Double(load_now() - start) / 1e9
        let database = try Database(surroundings.conninfo(database: Self.target))
        guard try database.query("SELECT count(*) FROM symbols").first?.first == String(rowCount) else {
            throw BenchmarkError("not all of \(rowCount) rows are there")
        }
        return seconds
    }

    private func copy() throws {
        let database = try Database(surroundings.conninfo(database: Self.target))
        let ids = try ReferenceDatabase.exchangeIds(database)
        var index = 0
        try database.fill(copy: "COPY symbols (\(SymbolLine.columns)) FROM STDIN") {
            guard index < rowCount else { return nil }
            let end = min(index + 10_000, rowCount)
            defer { index = end }
            return (index..<end).map { SymbolLine(index: $0, .options).copied(ids) }.joined()
        }
    }
}
