import Foundation
import Testing

/// What must not break it is written down once, in a table, and each line of it names the test that says so.
@Suite("The house: scenarios")
struct ScenarioTests {
    @Test("each scenario of Tests/README.md names a test that exists")
    func scenarios() throws {
        let sources = try House.swiftFiles("Tests").filter { !$0.path.hasPrefix("Tests/Unit/TidyTests/Scenario") }
        let table = ScenarioTable(
            sources: sources.map(\.lines), makefile: try House.text("Makefile"))
        expectTidy(table.findings(try House.text("Tests/README.md")), "scenarios and their tests")
    }

    private static let source = """
        @Suite("A title of a suite") struct SomeTests {
            @Test func plainTest() {}
            @Test(arguments: [("(", 1), ("\\"", 2)]) func withArguments(a: String, b: Int) {}
            @Test(
                "a title over (two) lines",
                arguments: [1, 2])
            func titled(number: Int) {}
            func notATest() {}
            // @Test("a title that was taken out") func takenOut() {}
            /// @Test func quoted() {}
        }
        """

    private static func table(_ change: (inout [String]) -> Void = { _ in }) -> String {
        var rows = (1...ScenarioTable.scenarioCount).map { "| \($0) | something | `plainTest` |" }
        change(&rows)
        return rows.joined(separator: "\n")
    }

    private let rules = ScenarioTable(
        sources: [source.split(separator: "\n")], makefile: "all:\nmake-it: all\n\tcommand\n")

    @Test(
        "a table is tidy with functions, suites, whole and shortened titles, and targets of make",
        arguments: [
            "`withArguments`, `SomeTests`", "\"a title over (two) lines\"", "\"a title over …\"; `make make-it`",
        ])
    func tidy(column: String) {
        #expect(rules.findings(Self.table()) == [])
        #expect(rules.findings(Self.table { $0[6] = "| 7 | something | \(column) |" }) == [])
    }

    @Test(
        "what does not exist is found, whatever else the row names",
        arguments: [
            "`plainTests`", "`plainTest`, `gone2`", "`notATest`", "`takenOut`", "`quoted`", "\"a title\"",
            "\"a title that was taken out\"", "\"A title of a suite\"", "\"titles …\"", "\"…\"", "`make nothing`",
            "`make`", "`plainTest()`", "", "a reason alone",
        ])
    func wrong(column: String) {
        let findings = rules.findings(Self.table { $0[6] = "| 7 | something | \(column) |" })
        #expect(findings.count == 1 && findings[0].hasPrefix("scenario 7: "), "\(findings)")
    }

    @Test("a scenario that is missing, doubled or unknown is found")
    func numbers() {
        #expect(rules.findings(Self.table { $0.remove(at: 6) }) == ["scenario 7 has 0 rows"])
        #expect(rules.findings(Self.table { $0.append($0[6]) }) == ["scenario 7 has 2 rows"])
        #expect(rules.findings(Self.table { $0.append("| 46 | more | `plainTest` |") }) == ["there is no scenario 46"])
        #expect(rules.findings("").count == ScenarioTable.scenarioCount)
    }
}
