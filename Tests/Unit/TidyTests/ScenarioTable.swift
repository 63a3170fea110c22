import Foundation

/// The table of scenarios in `Tests/README.md`, against the tests that there are.
///
/// In its last column a name in backquotes is a test function or a suite, `make …` in backquotes a target of the
/// Makefile, and what stands in quotes the title of a test, whole or up to an ellipsis.
struct ScenarioTable {
    static let scenarioCount = 45

    /// Test functions and suites by name, and the titles of test functions.
    let names: Set<String>
    let titles: Set<String>
    let makeTargets: Set<String>

    /// - Parameters:
    ///   - sources: the lines of the test files.
    ///   - makefile: the text of the Makefile.
    init(sources: [[Substring]], makefile: String) {
        var names: Set<String> = []
        var titles: Set<String> = []
        for source in sources {
            for declaration in Declaration.all(in: source) {
                names.insert(declaration.name)
                if let title = declaration.title { titles.insert(title) }
            }
        }
        self.names = names
        self.titles = titles
        makeTargets = Set(makefile.matches(of: /(?m)^([\w-]+):/).map { String($0.output.1) })
    }

    /// What is wrong with the table; nothing when each scenario has its row and each row names what exists.
    func findings(_ text: String) -> [String] {
        let rows = text.split(separator: "\n").compactMap { line in
            line.wholeMatch(of: /\|\s*(\d+)\s*\|(.*)\|(.*)\|\s*/).map { (Int($0.output.1) ?? 0, String($0.output.3)) }
        }
        var findings: [String] = []
        for number in 1...Self.scenarioCount {
            let count = rows.count { $0.0 == number }
            if count != 1 { findings.append("scenario \(number) has \(count) rows") }
        }
        for (number, column) in rows {
            if !(1...Self.scenarioCount).contains(number) { findings.append("there is no scenario \(number)") }
            findings += faults(column).map { "scenario \(number): \($0)" }
        }
        return findings
    }

    private func faults(_ column: String) -> [String] {
        let named = column.matches(of: /`([^`]*)`/).map { String($0.output.1) }
        let quoted = column.matches(of: /"([^"]*)"/).map { String($0.output.1) }
        var faults: [String] = []
        for name in named {
            if name.hasPrefix("make ") {
                let target = name.dropFirst("make ".count)
                if !makeTargets.contains(String(target)) { faults.append("the Makefile has no target \(target)") }
            } else if !names.contains(name) {
                faults.append("no test is called \(name)")
            }
        }
        for title in quoted {
            let start = title.hasSuffix("…") ? title.dropLast().trimmingCharacters(in: .whitespaces) : nil
            let isThere = start.map { start in !start.isEmpty && titles.contains { $0.hasPrefix(start) } }
            if !(isThere ?? titles.contains(title)) { faults.append("no test has the title \"\(title)\"") }
        }
        if named.isEmpty, quoted.isEmpty { faults.append("no test is named") }
        return faults
    }
}

/// What a `@Test` or `@Suite` stands before.
private struct Declaration {
    let name: String
    let title: String?

    /// An attribute and the function after it are together on so many lines.
    private static let lineCountMax = 40

    /// Looks for the words first: regular expressions over whole files take long.
    static func all(in lines: [Substring]) -> [Declaration] {
        lines.indices.flatMap { index -> [Declaration] in
            guard lines[index].mentions("@Test") || lines[index].mentions("@Suite"), !isComment(lines[index]) else {
                return []
            }
            let following = lines[index...].prefix(lineCountMax).filter { !isComment($0) }
            return all(inFirstLineOf: following.joined(separator: "\n"), count: lines[index].count)
        }
    }

    private static func isComment(_ line: Substring) -> Bool { line.drop { $0 == " " }.hasPrefix("//") }

    private static func all(inFirstLineOf code: String, count: Int) -> [Declaration] {
        code.prefix(count).matches(of: /@(Test|Suite)\b/).compactMap { match in
            let (arguments, rest) = splitArguments(code[match.range.upperBound...])
            let name =
                match.output.1 == "Test"
                ? rest.prefixMatch(of: /\s*(?:@\w+\s+|\w+\s+)*?func\s+(\w+)/)?.output.1
                : rest.prefixMatch(of: /\s*(?:@\w+\s+|\w+\s+)*?(?:struct|class|enum|actor)\s+(\w+)/)?.output.1
            guard let name else { return nil }
            let title = arguments.prefixMatch(of: /\(\s*"((?:[^"\\]|\\.)*)"/)?.output.1
            return Declaration(name: String(name), title: match.output.1 == "Test" ? title.map(String.init) : nil)
        }
    }

    /// The attribute's arguments with their parentheses, empty when it has none, and what follows.
    private static func splitArguments(_ text: Substring) -> (arguments: Substring, rest: Substring) {
        guard text.first == "(" else { return (text[..<text.startIndex], text) }
        var depth = 0
        var isInString = false
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case "\\" where isInString: index = text.index(after: index)
            case "\"": isInString.toggle()
            case "(" where !isInString: depth += 1
            case ")" where !isInString: depth -= 1
            default: break
            }
            index = text.index(after: index)
            if depth == 0 { break }
        }
        return (text[..<index], text[index...])
    }
}
