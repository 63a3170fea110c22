// The closing table: every figure Symbology sets itself, what was measured, and the verdict. Reads the reports of the
// other subcommands and of the microbenchmarks; measures nothing.

import ArgumentParser
import Foundation
import Measuring

struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Print the closing table from the reports in a folder.")

    @Option(help: "The folder of the reports.") var results: String
    @Option(help: "The parts that were asked for, separated by commas; rows of others are left out.")
    var parts = Goals.byPart.map(\.part).joined(separator: ",")
    @Option(help: "Write reports, machine and verdicts as one JSON file.") var json: String?
    @Option(help: "Write everything as Markdown; in a file with the two marks, between them.") var markdown: String?
    @Option(help: "A line about what took part, for example a version; may be repeated.") var about: [String] = []

    private struct Verdict: Codable {
        let what: String
        let condition: String
        let measured: Figure?
        let toReach: String
        let verdict: String
    }

    private struct Everything: Codable {
        let machine: Machine
        let verdicts: [Verdict]
        let reports: [Report]
    }

    func run() throws {
        let reports = try Report.all(in: results)
        let machine = Machine(about: about)
        let table = closingTable(reports)
        // The other programs have printed theirs already.
        for report in reports where report.name.hasPrefix("1-micro") { report.print() }
        print("\n## Against the figures to reach\n")
        for line in machine.lines { print(line) }
        print("")
        for line in table.lines { print(line) }
        if let json {
            let everything = Everything(machine: machine, verdicts: verdicts(reports), reports: reports)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(everything).write(to: URL(fileURLWithPath: json))
            print("\nJSON: \(json)")
        }
        if let markdown {
            try MarkdownFile(path: markdown).write(machine, table, reports)
            print("Markdown: \(markdown)")
        }
    }

    private var goals: [Goal] {
        let asked = parts.split(separator: ",")
        return Goals.byPart.filter { entry in asked.contains { $0 == entry.part } }.flatMap(\.goals)
    }

    private func figures(_ reports: [Report]) -> [String: Figure] {
        Dictionary(reports.flatMap(\.figures).map { ($0.key, $0) }) { _, newer in newer }
    }

    private func verdicts(_ reports: [Report]) -> [Verdict] {
        let figures = figures(reports)
        return goals.map { goal in
            Verdict(
                what: goal.what, condition: goal.condition, measured: figures[goal.key], toReach: goal.toReach,
                verdict: goal.verdict(figures))
        }
    }

    private func closingTable(_ reports: [Report]) -> Table {
        let figures = figures(reports)
        var table = Table(
            "Against the figures to reach",
            header: ["what", "on", "measured: median (lowest to highest)", "made of", "to reach", "verdict"])
        var last = ""
        for goal in goals {
            table.rows.append([
                goal.what == last ? "" : goal.what, goal.condition, figures[goal.key]?.text ?? "–",
                goal.besides.compactMap { figures[$0] }.map { "\(readable($0.spread.median)) \($0.unit)" }
                    .joined(separator: " / "),
                goal.toReach, goal.verdict(figures),
            ])
            last = goal.what
        }
        return table
    }
}
