import Foundation
import Scenarios
import Testing

/// A wall clock can jump; deadlines, ages and order must not follow it.
@Suite("The house: clocks")
struct ClockTests {
    private func places(_ folder: String) throws -> [String] {
        try House.swiftFiles(folder).flatMap { file in
            file.codeLines(mentioning: ["CLOCK_REALTIME", "gettimeofday", "Date", "WallClock"]).compactMap {
                number, text in
                text.contains(/\bCLOCK_REALTIME\b|\bgettimeofday\b|\bDate\(\)|WallClock\./)
                    ? "\(file.path):\(number)" : nil
            }
        }
    }

    @Test("whoever serves or asks never looks at the time of day", .scenario(.clockJumps))
    func wallClock() throws {
        for target in ["EventLoop", "LookupServer", "SymbologyClient"] {
            // How old a file of an earlier life is, only the time of day can tell: nothing else is common to two lives.
            let found = try places("Sources/\(target)").filter {
                !$0.hasPrefix("Sources/SymbologyClient/Replica/Replica")
            }
            expectTidy(found, "deadlines are measured by the monotonic clock")
        }
        #expect(try !places("Sources/symbology").isEmpty, "the rule must be able to find something")
    }

    /// Foundation's waits end by the time of day. The names are in two pieces, or this file would be found.
    private func waits(_ files: [House.SourceFile]) -> [String] {
        files.flatMap { file in
            file.codeLines(mentioning: ["timeInterval" + "SinceNow", "NS" + "Condition("]).map {
                "\(file.path):\($0.number)"
            }
        }
    }

    @Test("tests wait by the monotonic clock")
    func testWaits() throws {
        expectTidy(waits(try House.swiftFiles("Tests")), "Deadline and MonotonicCondition of TestSupport wait by it")
        let line = "condition.wait(until: Date(timeInterval" + "SinceNow: 20))"
        #expect(waits([House.SourceFile(path: "Tests/Unit/X/X.swift", lines: [line[...]])]).count == 1)
    }
}
