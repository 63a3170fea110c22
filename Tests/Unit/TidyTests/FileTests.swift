import Foundation
import TestSupport
import Testing

@Suite("The house: files")
struct FileTests {
    /// What people wrote: a generator's files are as long as what they are made from.
    private static func written(_ folder: String) throws -> [House.SourceFile] {
        try House.swiftFiles(folder).filter { !$0.isGenerated }
    }

    @Test("lines have at most 120 columns")
    func lineLength() throws {
        var findings: [String] = []
        for file in try Self.written("Sources") + Self.written("Tests") {
            for (index, line) in file.lines.enumerated() where line.utf8.count > 120 && line.count > 120 {
                findings.append("\(file.path):\(index + 1): \(line.count) columns")
            }
        }
        expectTidy(findings, "at most 120 columns")
    }

    /// Longer than the rule permits when it came. None may join them, and they have a limit too.
    private static let longFiles: Set = [
        "Tests/System/LookupServerTests/ResolverTests.swift",
        "Tests/System/SymbologyClientTests/HostileServerTests.swift",
    ]

    private func tooLong(_ files: [House.SourceFile]) -> [String] {
        files.filter { file in
            file.lines.count > (Self.longFiles.contains(file.path) ? 500 : 400)
        }.map { "\($0.path): \($0.lines.count)" }
    }

    @Test("files have at most 400 lines")
    func fileLength() throws {
        expectTidy(
            tooLong(try Self.written("Sources") + Self.written("Tests")), "at most 400 lines: split it by aspect")
        let line = ""[...]
        #expect(tooLong([House.SourceFile(path: "X.swift", lines: Array(repeating: line, count: 400))]).isEmpty)
        #expect(tooLong([House.SourceFile(path: "X.swift", lines: Array(repeating: line, count: 401))]).count == 1)
        #expect(House.SourceFile(path: "X.swift", lines: ["// Generated from a schema: change that."]).isGenerated)
        #expect(!House.SourceFile(path: "X.swift", lines: ["import Glibc", "// Generated"]).isGenerated)
    }

    private func misnamed(_ files: [House.SourceFile]) -> [String] {
        files.compactMap { file in
            let types = file.types
            let name = file.name.dropLast(".swift".count).prefix { $0 != "+" }
            guard types.count >= 3, !types.contains(String(name)) else { return nil }
            return "\(file.path): \(types.joined(separator: ", "))"
        }
    }

    @Test("a file with three types or more bears the name of one")
    func fileSubjects() throws {
        let files = try Self.written("Sources") + Self.written("Tests")
        expectTidy(misnamed(files), "named after none of its types")
        let types = ["struct A {", "  struct Inside {}", "}", "public final class B {}", "package enum C {}"]
        let lines = types.map { $0[...] }
        #expect(misnamed([House.SourceFile(path: "Sources/X/D.swift", lines: lines)]) == ["Sources/X/D.swift: A, B, C"])
        #expect(misnamed([House.SourceFile(path: "Sources/X/B+Aspect.swift", lines: lines)]).isEmpty)
        #expect(misnamed([House.SourceFile(path: "Sources/X/D.swift", lines: lines.dropLast())]).isEmpty)
    }

    @Test("a target's files lie side by side, or all of them in folders by subject where there are many")
    func folders() throws {
        let targets = Dictionary(grouping: try House.swiftFiles("Sources"), by: \.target)
        var findings: [String] = []
        for (target, files) in targets.sorted(by: { $0.key < $1.key }) {
            let depths = Set(files.map { $0.folders.count - 2 })
            if depths == [0], files.count > 24 { findings.append("\(target): \(files.count) files side by side") }
            if depths != [0], depths != [1] { findings.append("\(target): files on several levels, or too deep") }
        }
        expectTidy(findings, "Sources/Target/File.swift, or Sources/Target/Subject/File.swift")
        #expect(targets.count > 10, "the rule must be able to find something")
    }

    @Test("files are Type.swift or Type+Aspect.swift, and no rummage room is among them")
    func fileNames() throws {
        var findings: [String] = []
        for folder in ["Sources", "Tests"] {
            for file in try House.swiftFiles(folder) {
                let stem = file.name.dropLast(".swift".count)
                // A type inside another one has both names, as Unicode.Scalar.
                if stem.wholeMatch(of: /[A-Z]\w*(\.[A-Z]\w*)?(\+[A-Z]\w*)*/) == nil {
                    findings.append("\(file.path): not Type.swift")
                }
                if stem.contains(/Utils?|Utilities|Helpers?|Manager|Common$/) {
                    findings.append("\(file.path): says nothing about what is inside")
                }
            }
        }
        expectTidy(findings, "Type.swift, Type+Aspect.swift")
    }

    @Test("no module bears the name of a type it declares")
    func moduleNames() throws {
        var findings: [String] = []
        for file in try House.swiftFiles("Sources") {
            for (number, text) in file.codeLines(mentioning: ["struct", "class", "enum", "protocol", "actor"]) {
                let declaration = /\b(?:struct|class|enum|protocol|actor)\s+(\w+)/
                if let match = text.firstMatch(of: declaration), match.output.1 == file.target {
                    findings.append("\(file.path):\(number)")
                }
            }
        }
        expectTidy(findings, "Swift cannot qualify names of such a module")
    }

    @Test("the README fits on two screens")
    func readme() throws {
        let lines = try House.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 110, "README.md has \(lines.count) lines")
    }

    @Test("nothing that was committed names a path of one machine")
    func machinePaths() throws {
        var findings: [String] = []
        let markers = ["/" + "home/", "/" + "root/", "/" + "work/", "/" + "Users/"]
        for file in try House.swiftFiles("Sources") + House.swiftFiles("Tests") {
            for (index, line) in file.lines.enumerated() where markers.contains(where: line.mentions) {
                findings.append("\(file.path):\(index + 1): \(line)")
            }
        }
        for path in ["README.md", "Makefile", ".ci/run", ".ci/setup", "Package.swift"] {
            let text = try House.text(path)
            for marker in markers where text.contains(marker) { findings.append("\(path): \(marker)") }
        }
        expectTidy(findings, "paths of one machine")
    }

    /// What is committed, not what lies about: the compiler itself leaves files of odd names in a folder it is run in
    /// when another user owns its own in /tmp.
    @Test("the top level holds what the design names and what tools demand", .enabled(if: committedEntries() != nil))
    func topLevel() throws {
        let known: Set<String> = [
            "Package.swift", "Sources", "Tests", "Protocol", "Migrations", "Benchmarks", "README.md", "Makefile",
            "LICENSE", "CHANGELOG.md", "SECURITY.md", ".ci", ".gitignore", ".swift-format",
        ]
        let entries = try #require(committedEntries())
        #expect(entries.contains("Package.swift"))
        expectTidy(entries.filter { !known.contains($0) }, "not in the house")
    }
}

/// Nil where the sources are no clone, or git will not read a clone of another user.
private func committedEntries() -> [String]? {
    let listing = Program.run(["git", "-C", House.root.path, "ls-tree", "--name-only", "HEAD"])
    return listing.status == 0 ? listing.output.split(separator: "\n").map(String.init) : nil
}
