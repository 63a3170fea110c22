import Foundation

/// The targets of `Package.swift` and what each may import, read from the manifest itself.
struct PackageTable {
    struct Target {
        let kind: String
        let name: String
        let dependencies: Set<String>
    }

    let targets: [String: Target]

    /// The manifest is Swift, but a plain one: each target is one call with a `name:` and perhaps `dependencies:`.
    init(manifest: String) throws {
        var targets: [String: Target] = [:]
        let call = /\.(systemLibrary|target|executableTarget|testTarget)\(\s*name:\s*"(\w+)"/
        for match in manifest.matches(of: call) {
            let arguments = Self.arguments(of: manifest[match.range.lowerBound...])
            let name = String(match.output.2)
            var dependencies: Set<String> = []
            if let list = arguments.firstMatch(of: /(?s)dependencies:\s*\[(.*?)\]/) {
                dependencies = Set(list.output.1.matches(of: /(?:name:\s*)?"(\w+)"/).map { String($0.output.1) })
            }
            targets[name] = Target(kind: String(match.output.1), name: name, dependencies: dependencies)
        }
        self.targets = targets
    }

    /// From the opening parenthesis of the call to the one that closes it.
    private static func arguments(of text: Substring) -> Substring {
        var depth = 0
        for index in text.indices {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" {
                depth -= 1
                if depth == 0 { return text[..<index] }
            }
        }
        return text
    }
}
