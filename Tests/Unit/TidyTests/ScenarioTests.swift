import Foundation
import Scenarios
import Testing

/// What must not break it is written down once, in `Scenario`, and the tests that say so bear its mark.
@Suite("The house: scenarios")
struct ScenarioTests {
    private static func table() throws -> ScenarioTable {
        let sources = try House.swiftFiles("Tests").filter { !$0.path.hasPrefix("Tests/Unit/TidyTests/Scenario") }
        return ScenarioTable(sources: sources.map(\.lines), makefile: try House.text("Makefile"))
    }

    @Test("each scenario has a test or a command that proves it")
    func scenarios() throws { expectTidy(try Self.table().findings(), "scenarios and their proof") }

    /// With `SYMBOLOGY_WRITE_SCENARIOS` it writes the table instead: `make scenarios`.
    @Test("the table of Tests/README.md is what the marks make it")
    func page() throws {
        let path = "Tests/README.md"
        var page = try House.text(path)
        let range = try #require(ScenarioTable.range(in: page), "\(path) has no table")
        let table = try Self.table().text
        if ProcessInfo.processInfo.environment["SYMBOLOGY_WRITE_SCENARIOS"] != nil {
            page.replaceSubrange(range, with: table)
            try page.write(to: House.root.appending(path: path), atomically: true, encoding: .utf8)
        } else {
            #expect(page[range] == table, "run: make scenarios")
        }
    }

    private static let source = """
        @Suite("A title of a suite", .scenario(.listenerKilled)) struct SomeTests {
            @Test(.scenario(.listenerKilled)) func plainTest() {}
            @Test(.scenario(.databaseAway, .listenerKilled), arguments: [("(", 1), ("\\"", 2)]) func withArguments() {}
            @Test(
                "a title over (two) lines", .scenario(.databaseAway),
                arguments: [1, 2])
            func titled(number: Int) {}
            @Test("without a mark") func unmarked() {}
            // @Test(.scenario(.listenerStalled)) func takenOut() {}
        }
        """

    private func table(_ source: String, makefile: String = "soak:\nfuzz:\ntest-tsan:\ntest-asan:\n") -> ScenarioTable {
        ScenarioTable(sources: [source.split(separator: "\n")], makefile: makefile)
    }

    @Test("a row names functions and suites, and tests that have a title by it")
    func rows() {
        let text = table(Self.source).text
        #expect(text.contains("| 1 | listener killed | `SomeTests`, `plainTest`, `withArguments` |\n"), "\(text)")
        #expect(text.contains("log is a few lines | `withArguments`, \"a title over (two) lines\" |\n"), "\(text)")
        #expect(!text.contains("without a mark") && !text.contains("takenOut"))
        #expect(text.split(separator: "\n").count == Scenario.allCases.count + 2)
    }

    @Test("a scenario without proof, a mark of none and a command that is gone are found")
    func wrong() {
        let findings = table(Self.source).findings()
        #expect(!findings.contains { $0.hasPrefix("listenerKilled:") || $0.hasPrefix("databaseAway:") }, "\(findings)")
        #expect(findings.contains("listenerStalled: no test has its mark"))
        #expect(!findings.contains { $0.hasPrefix("serverKilled:") }, "make soak proves it")
        let unknown = table("@Test(.scenario(.nothingAtAll)) func some() {}").findings()
        #expect(unknown.contains("some: there is no scenario nothingAtAll"))
        #expect(table("", makefile: "fuzz:\n").findings().contains("serverKilled: the Makefile has no make soak"))
    }

    @Test("the table is found in a page, wherever it stands")
    func pages() throws {
        let rows = ScenarioTable.head + "| 1 | a | b |\n"
        for page in ["x\n\n\(rows)", "x\n\n\(rows)\nmore\n"] {
            let range = try #require(ScenarioTable.range(in: page))
            #expect(page[range] == rows)
        }
        #expect(ScenarioTable.range(in: "no table") == nil)
    }
}
