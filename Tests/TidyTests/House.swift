import Foundation
import Testing

/// The source tree these tests look at: where the package lies, and its files by folder.
enum House {
    /// Tests are built from a clone, so the clone is where this file was compiled from.
    static let root: URL = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct SourceFile {
        /// Relative to the root, for example `Sources/EventLoop/Loop.swift`.
        let path: String
        let lines: [Substring]

        var folders: [Substring] { path.split(separator: "/").dropLast() }
        var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
        /// The target: the folder under `Sources` or `Tests`.
        var target: String { String(path.split(separator: "/")[1]) }

        /// The lines with what follows `//` removed; strings are kept, because SQL and names hide in them.
        var codeLines: [(number: Int, text: Substring)] {
            lines.enumerated().map { index, line in
                let comment = line.firstRange(of: "//")
                // "postgres://" and the like are no comments.
                guard let comment, !(comment.lowerBound > line.startIndex && line.hasColonBefore(comment.lowerBound))
                else { return (index + 1, line) }
                return (index + 1, line[..<comment.lowerBound])
            }
        }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func swiftFiles(_ folder: String) throws -> [SourceFile] {
        let base = root.appending(path: folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: base.path).filter { $0.hasSuffix(".swift") }
        return try paths.sorted().map { path in
            let text = try text("\(folder)/\(path)")
            return SourceFile(
                path: "\(folder)/\(path)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }
}

extension Substring {
    fileprivate func hasColonBefore(_ index: Index) -> Bool { self[self.index(before: index)] == ":" }
}

/// A rule's findings, reported together: whoever tidies up wants the whole list.
func expectTidy(_ findings: [String], _ rule: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(findings.isEmpty, "\(rule)\n  \(findings.joined(separator: "\n  "))", sourceLocation: sourceLocation)
}
