import Foundation
import Testing

/// The source tree these tests look at: where the package lies, and its files by folder.
enum House {
    /// Tests are built from a clone, so the clone is where this file was compiled from.
    static let root: URL = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    struct SourceFile: Sendable {
        /// Relative to the root, for example `Sources/EventLoop/Loop.swift`.
        let path: String
        let lines: [Substring]

        /// `lineCount` lines from `index` on, as one text, with what follows `//` removed.
        func code(from index: Int, lineCount: Int) -> String {
            lines[index..<min(lines.count, index + lineCount)].map { String($0.withoutComment) }.joined(separator: "\n")
        }

        var folders: [Substring] { path.split(separator: "/").dropLast() }
        var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
        /// The target: the folder under `Sources`, or the one below `Tests/Unit` and its like.
        var target: String { String(path.split(separator: "/")[path.hasPrefix("Tests/") ? 2 : 1]) }

        /// Whether its first line says that a program wrote it.
        var isGenerated: Bool { lines.first?.contains("Generated") ?? false }

        /// The types it declares, without those inside of others.
        var types: [String] {
            let words = ["struct", "class", "enum", "protocol", "actor"]
            let declaration = /^(?:@\w+(?:\(.*\))?\s+|\w+\s+)*?(?:struct|class|enum|protocol|actor)\s+(\w+)/
            return codeLines(mentioning: words).compactMap { _, text in
                guard text.first != " ", !text.mentions("import ") else { return nil }
                return text.prefixMatch(of: declaration).map { String($0.output.1) }
            }
        }

        /// The lines that mention one of the words, with what follows `//` removed; strings are kept, because SQL and
        /// names hide in them. Asking for words first keeps the slow regular expressions to the few lines that matter.
        func codeLines(mentioning words: [String]) -> [(number: Int, text: Substring)] {
            lines.enumerated().compactMap { index, line in
                guard words.contains(where: line.mentions) else { return nil }
                return (index + 1, line.withoutComment)
            }
        }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func swiftFiles(_ folder: String) throws -> [SourceFile] {
        try files.get().filter { $0.path.hasPrefix(folder + "/") }
    }

    /// Read once: every rule looks at all of them.
    private static let files = Result {
        try ["Sources", "Tests"].flatMap { folder in
            let base = root.appending(path: folder)
            let paths = try FileManager.default.subpathsOfDirectory(atPath: base.path).filter { $0.hasSuffix(".swift") }
            return try paths.sorted().map { path in
                let text = try text("\(folder)/\(path)")
                return SourceFile(
                    path: "\(folder)/\(path)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
            }
        }
    }
}

extension Substring {
    /// By bytes, which is a hundred times faster than by characters in a debug build.
    func mentions(_ word: String) -> Bool {
        let found = word.utf8.withContiguousStorageIfAvailable { word in
            utf8.withContiguousStorageIfAvailable { text in
                guard text.count >= word.count else { return false }
                var start = 0
                while let found = memchr(text.baseAddress! + start, Int32(word[0]), text.count - start) {
                    start = found - UnsafeMutableRawPointer(mutating: text.baseAddress!)
                    guard start + word.count <= text.count else { return false }
                    if memcmp(found, word.baseAddress!, word.count) == 0 { return true }
                    start += 1
                }
                return false
            }
        }
        return (found ?? nil) ?? contains(word)
    }

    fileprivate var withoutComment: Substring {
        guard mentions("//"), let comment = firstRange(of: "//") else { return self }
        // "postgres://" and the like are no comments.
        if comment.lowerBound > startIndex, self[index(before: comment.lowerBound)] == ":" { return self }
        return self[..<comment.lowerBound]
    }
}

/// A rule's findings, reported together: whoever tidies up wants the whole list.
func expectTidy(_ findings: [String], _ rule: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(findings.isEmpty, "\(rule)\n  \(findings.joined(separator: "\n  "))", sourceLocation: sourceLocation)
}
