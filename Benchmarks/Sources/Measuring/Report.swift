import Foundation

/// One figure that was measured, under a name that the closing table finds it by.
public struct Figure: Codable, Sendable {
    /// As `lookup.symbol.hit.10000`; the parts go from the general to the particular.
    public let key: String
    /// `ns`, `µs`, `ms`, `MB`, `bytes`, `×` for a ratio.
    public let unit: String
    public let spread: Spread

    public init(_ key: String, _ unit: String, _ spread: Spread) {
        self.key = key
        self.unit = unit
        self.spread = spread
    }

    /// `12.3 ns (11.9 to 14.0)`.
    public var text: String {
        let range = spread.count > 1 ? " (\(readable(spread.lowest)) to \(readable(spread.highest)))" : ""
        return unit == "×" ? "\(readable(spread.median)) ×\(range)" : "\(readable(spread.median)) \(unit)\(range)"
    }
}

/// What one program measured: figures for the closing table, tables for people, and what to know about both.
public struct Report: Codable, Sendable {
    /// Orders the reports and names their files.
    public let name: String
    public let title: String
    public var notes: [String]
    public var figures: [Figure] = []
    public var tables: [Table] = []

    public init(_ name: String, title: String, notes: [String] = []) {
        self.name = name
        self.title = title
        self.notes = notes
    }

    /// Adds a figure; one without any sample is left out, and the closing table then says that it was not measured.
    public mutating func add(_ key: String, _ unit: String, _ figures: [Double]) {
        if let spread = Spread(figures) { self.figures.append(Figure(key, unit, spread)) }
    }

    /// Adds the pairwise ratio of two interleaved runs.
    public mutating func add(_ key: String, ratioOf figures: [Double], to others: [Double]) {
        if let spread = Spread(ratioOf: figures, to: others) { self.figures.append(Figure(key, "×", spread)) }
    }

    /// The figure as text, empty when there is none.
    public func text(_ key: String) -> String { figures.first { $0.key == key }?.text ?? "" }

    /// Prints notes and tables.
    public func print() {
        Swift.print("\n## \(title)\n")
        for note in notes { Swift.print(note) }
        for table in tables {
            Swift.print("\n\(table.title)\n")
            for line in table.lines { Swift.print(line) }
        }
        fflush(nil)
    }

    /// Writes `NAME.json` into the folder.
    public func write(into folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: "\(folder)/\(name).json"))
    }

    /// Every report in the folder, by file name; those of one title become one.
    public static func all(in folder: String) throws -> [Report] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        var reports: [Report] = []
        for name in names.sorted() {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
            let report = try JSONDecoder().decode(Report.self, from: data)
            guard let index = reports.firstIndex(where: { $0.title == report.title }) else {
                reports.append(report)
                continue
            }
            reports[index].notes += report.notes
            reports[index].figures += report.figures
            reports[index].tables += report.tables
        }
        return reports
    }
}
