import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// Few assets want few strings, of which the dead, the living and newcomers, rings and renames want the same ones.
@Suite("Import: random lists of a few assets and strings")
struct ImportRandomTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    private static let listCount = 30
    private static let names = ["A", "B", "C", "D"]

    private struct Row: Equatable, CustomStringConvertible {
        let asset: String
        var string: String
        var isLive: Bool
        var tick: String

        var description: String { "\(asset) \(string) \(isLive ? "live" : "dead") \(tick)" }
    }

    /// By their ids. Marks are told apart from nothing: a refused line may leave one.
    private func table() throws -> [Int64: Row] {
        let result = try database.run(
            "SELECT id, base_asset, symbol_string, is_active, trim_scale(tick_size)::text FROM symbols")
        return try (0..<result.rowCount).reduce(into: [:]) { rows, row in
            rows[try #require(try result.int64(row, 0))] = Row(
                asset: try #require(try result.text(row, 1)), string: try #require(try result.text(row, 2)),
                isLive: try result.bool(row, 3) == true, tick: try result.text(row, 4) ?? "")
        }
    }

    /// Each asset beside each string: live, dead or absent; of what is live each asset and each string once. Whoever
    /// lives was listed last, and has the highest id of its asset: by that it counts as the one that died last.
    private func makeTable(_ generator: inout SeededGenerator) throws {
        try database.connection.executeScript("DELETE FROM symbol_aliases; DELETE FROM symbols", name: "start again")
        var free = Set(Self.names)
        for asset in Self.names.shuffled(using: &generator) {
            var strings = Self.names.shuffled(using: &generator).map { ($0, false) }
            strings.removeLast(Int.random(in: 0...Self.names.count, using: &generator))
            if generator.chance(70), let string = free.sorted().randomElement(using: &generator) {
                strings.append((string, true))
                free.remove(string)
            }
            for (string, isLive) in strings {
                try database.run(
                    """
                    INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, is_active, tick_size)
                    VALUES (2, '\(asset)', 'U', '\(string)', \(isLive), 1)
                    """)
            }
        }
    }

    @Test("ids keep what they are, a string has one living holder, a refused line changes nothing, and twice is once")
    func lists() throws {
        defer { database.keep() }
        var generator = SeededGenerator()
        for number in 0..<Self.listCount {
            try makeTable(&generator)
            let before = try table()
            let lines = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Line(
                    asset: Self.names.randomElement(using: &generator)!,
                    string: Self.names.randomElement(using: &generator)!,
                    active: generator.chance(70) ? "" : generator.chance(70) ? "true" : "false",
                    tick: generator.chance(15) ? "x" : ["1", "2"].randomElement(using: &generator)!)
            }
            let options = SymbolImportOptions(
                skipsBad: generator.chance(80), deactivatesMissing: generator.chance(50),
                renames: generator.chance(50), listsAnew: generator.chance(25))
            let text = lines.reduce(into: "\(header),is_active,tick_size\n") {
                $0 += "GATEIO_SPOT,\($1.asset),U,\($1.string),\($1.active),\($1.tick)\n"
            }
            let place = "list \(number), \(generator)\n\(before)\n\(options)\n\(text)"
            let refused: [LineFault]
            do {
                refused = try run(text, options).faults
            } catch StoreError.badLines(_, _) {
                #expect(try table() == before, "\(place)")
                continue
            }
            let after = try table()
            check(lines, refused, options, before, after, place)
            let again = try run(text, options)
            #expect((again.insertedCount, again.updatedCount, again.goneCount) == (0, 0, 0), "again: \(place)")
            #expect(try table() == after, "again: \(place)")
        }
    }

    private struct Line {
        let asset: String
        let string: String
        let active: String
        let tick: String
    }

    private func check(
        _ lines: [Line], _ faults: [LineFault], _ options: SymbolImportOptions, _ before: [Int64: Row],
        _ after: [Int64: Row], _ place: String
    ) {
        let refusedNumbers = Set(faults.map { $0.line - 2 })
        let refused = lines.indices.filter(refusedNumbers.contains).map { lines[$0] }
        let taken = lines.indices.filter { !refusedNumbers.contains($0) }.map { lines[$0] }
        let live = after.values.filter(\.isLive)
        #expect(Set(live.map(\.string)).count == live.count && Set(live.map(\.asset)).count == live.count, "\(place)")
        for (id, old) in before {
            guard let new = after[id], new.asset == old.asset else {
                Issue.record("the id \(id) is another one: \(place)")
                continue
            }
            // Of what no line that was taken means only those become inactive that no line names.
            if taken.contains(where: { $0.asset == old.asset }) { continue }
            let isNamed = refused.contains { $0.asset == old.asset || $0.string == old.string }
            var expected = old
            if options.deactivatesMissing, !isNamed { expected.isLive = false }
            #expect(new == expected, "the id \(id), which no line means: \(place)")
        }
        for id in after.keys where before[id] == nil {
            #expect(taken.contains { $0.asset == after[id]?.asset }, "a new id \(id) of no line: \(place)")
        }
        for line in taken where line.active != "false" {
            let expected = Row(asset: line.asset, string: line.string, isLive: true, tick: line.tick)
            // What was delisted stays so unless something says that it is listed again.
            let stays =
                line.active.isEmpty && !options.deactivatesMissing && !live.contains { $0.asset == line.asset }
                && before.values.contains { $0.asset == line.asset && !$0.isLive }
            #expect(stays || live.contains(expected), "\(line) leads to something else: \(place)")
        }
    }
}
