import Foundation

/// What a `@Test` or `@Suite` stands before.
struct Declaration {
    let name: String
    /// Of a test; a suite is known by its name.
    let title: String?
    /// What `.scenario(.a, .b)` names.
    let scenarios: [String]

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
            let isTest = match.output.1 == "Test"
            let name =
                isTest
                ? rest.prefixMatch(of: /\s*(?:@\w+\s+|\w+\s+)*?func\s+(\w+)/)?.output.1
                : rest.prefixMatch(of: /\s*(?:@\w+\s+|\w+\s+)*?(?:struct|class|enum|actor)\s+(\w+)/)?.output.1
            guard let name else { return nil }
            let title = arguments.prefixMatch(of: /\(\s*"((?:[^"\\]|\\.)*)"/)?.output.1
            let marks = arguments.matches(of: /\.scenario\(([^)]*)\)/).flatMap { $0.output.1.matches(of: /\.(\w+)/) }
            return Declaration(
                name: String(name), title: isTest ? title.map(String.init) : nil,
                scenarios: marks.map { String($0.output.1) })
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
