// Allocations of a million lookups, counted by the program that the tests count them with: it stands between the
// lookups and malloc. Nothing is timed.

import ArgumentParser
import Foundation
import Measuring

struct AllocationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocations", abstract: "Calls of malloc during a million lookups.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "The AllocationProof executable.") var proof: String

    func run() throws {
        var report = Report("1-allocations", title: "Allocations")
        var table = Table("Calls of malloc during the lookups.", header: ["where", "said"])
        for place in ["snapshot", "resolver", "client", "replica"] {
            let logPath = "\(surroundings.directory)/allocations.log"
            let process = try ServerProcess([proof, place], core: -1, logPath: logPath)
            let status = process.waitForEnd()
            let text = try String(contentsOfFile: logPath, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            guard status == 0 || status == 1,
                let match = text.firstMatch(of: /\ballocations=(\d+)/), let count = Double(match.output.1)
            else { continue }  // 64: this proof is not there yet.
            report.add("allocations.\(place)", "", [count])
            table.rows.append([place, String(text.split(separator: "\n").last ?? "")])
        }
        report.tables = [table]
        try surroundings.finish(report)
    }
}
