import Foundation
import Scenarios

/// The table of scenarios in `Tests/README.md`, as the marks on the tests make it.
struct ScenarioTable {
    static let head = "| | scenario | proof |\n| ---: | --- | --- |\n"

    /// In the order of their files and lines.
    private let tests: [Declaration]
    private let makeTargets: Set<String>

    /// - Parameters:
    ///   - sources: the lines of the test files.
    ///   - makefile: the text of the Makefile.
    init(sources: [[Substring]], makefile: String) {
        tests = sources.flatMap { Declaration.all(in: $0) }.filter { !$0.scenarios.isEmpty }
        makeTargets = Set(makefile.matches(of: /(?m)^([\w-]+):/).map { String($0.output.1) })
    }

    /// A test by its title, else by its name, as it stands in the table; two of one name once.
    private func proofs(_ scenario: Scenario) -> [String] {
        var proofs: [String] = []
        for test in tests where test.scenarios.contains("\(scenario)") {
            let proof = test.title.map { "\"\($0)\"" } ?? "`\(test.name)`"
            if !proofs.contains(proof) { proofs.append(proof) }
        }
        return proofs
    }

    /// Scenarios that nothing proves, and what marks and commands name that does not exist.
    func findings() -> [String] {
        let known = Set(Scenario.allCases.map { "\($0)" })
        var findings: [String] = []
        for test in tests {
            for scenario in test.scenarios where !known.contains(scenario) {
                findings.append("\(test.name): there is no scenario \(scenario)")
            }
        }
        for scenario in Scenario.allCases {
            if proofs(scenario).isEmpty, scenario.commands.isEmpty {
                findings.append("\(scenario): no test has its mark")
            }
            for command in scenario.commands where !makeTargets.contains(String(command.dropFirst("make ".count))) {
                findings.append("\(scenario): the Makefile has no \(command)")
            }
        }
        return findings
    }

    var text: String {
        let rows = Scenario.allCases.map { scenario in
            let proofs = proofs(scenario) + scenario.commands.map { "`\($0)`" }
            let remark = scenario.remark.map { ": \($0)" } ?? ""
            return "| \(scenario.rawValue) | \(scenario.title) | \(proofs.joined(separator: ", "))\(remark) |\n"
        }
        return Self.head + rows.joined()
    }

    /// The table of a page: from its head to the last row.
    static func range(in page: String) -> Range<String.Index>? {
        guard let start = page.firstRange(of: head)?.lowerBound else { return nil }
        let end = page[start...].firstRange(of: "\n\n")?.lowerBound
        return start..<(end.map { page.index(after: $0) } ?? page.endIndex)
    }
}
