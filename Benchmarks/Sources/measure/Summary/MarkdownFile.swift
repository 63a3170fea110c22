import Foundation
import Measuring

/// A Markdown file whose measured part is replaced and whose prose stays.
struct MarkdownFile {
    let path: String

    static let begin = "<!-- measured: written by Benchmarks/run --markdown -->"
    static let end = "<!-- end of what was measured -->"

    func write(_ machine: Machine, _ closing: Table, _ reports: [Report]) throws {
        var lines = [Self.begin, "", "## Machine", ""] + machine.lines.map { $0 + "  " }
        lines += ["", "## Against the figures to reach", ""] + closing.lines
        for report in reports {
            lines += ["", "## \(report.title)", ""] + report.notes
            for table in report.tables { lines += ["", table.title, ""] + table.lines }
        }
        lines += ["", Self.end]
        let measured = lines.joined(separator: "\n")
        let url = URL(fileURLWithPath: path)
        let old = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        guard let begin = old.range(of: Self.begin), let end = old.range(of: Self.end),
            begin.lowerBound < end.lowerBound
        else { return try (measured + "\n").write(to: url, atomically: true, encoding: .utf8) }
        let new = old[..<begin.lowerBound] + measured + old[end.upperBound...]
        try String(new).write(to: url, atomically: true, encoding: .utf8)
    }
}
