import Foundation
import Testing

/// Data flows one way; a target imports what its row of `Package.swift` names, and nothing else of this package.
@Suite("The house: imports")
struct ImportTests {
    let table: PackageTable

    init() throws {
        table = try PackageTable(manifest: House.text("Package.swift"))
    }

    /// What DESIGN's table permits. The manifest may say less, never more.
    static let permitted: [String: Set<String>] = [
        "Platform": [],
        "SymbologyWire": [],
        "ReferenceData": ["Platform", "SymbologyWire", "CPrefetch"],
        "PostgreSQL": ["CPQ", "Platform"],
        "PrivateCluster": ["Platform"],
        "SchemaMigrations": ["Platform", "PostgreSQL"],
        "ReferenceStore": ["Platform", "PostgreSQL", "ReferenceData"],
        "ReferencePhases": ["Platform", "PostgreSQL", "ReferenceStore", "ReferenceData"],
        "MarketDataStore": ["Platform", "PostgreSQL"],
        "SymbologyStore": ["Platform", "PostgreSQL", "ReferenceStore", "MarketDataStore", "ReferenceData"],
        "EventLoop": ["CUV", "CScheduling", "Platform"],
        "ReferenceFeed": ["Platform", "EventLoop", "PostgreSQL", "ReferenceStore", "ReferenceData"],
        "LookupServer": ["Platform", "SymbologyWire", "ReferenceData", "EventLoop"],
        "SymbologyClient": ["Platform", "SymbologyWire", "ReferenceData"],
        "SymbologyBench": ["Platform", "SymbologyWire", "ReferenceData", "SymbologyClient", "Histogram"],
    ]

    /// Libraries of others, and the one room each has.
    static let roomsOfOthers = ["ArgumentParser": "symbology", "Logging": "symbology", "Histogram": "SymbologyBench"]

    static func importedModules(_ file: House.SourceFile) -> [(number: Int, module: String)] {
        file.codeLines(mentioning: ["import"]).compactMap { number, text in
            let pattern =
                /^\s*(?:@[\w()]+\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:\w+\s+)?(\w+)/
            return text.firstMatch(of: pattern).map { (number, String($0.output.1)) }
        }
    }

    @Test("the manifest names every module of the house")
    func manifestIsComplete() {
        for name in Self.permitted.keys { #expect(table.targets[name] != nil, "no target \(name)") }
        #expect(table.targets["symbology"]?.kind == "executableTarget")
        #expect(table.targets["CUV"]?.kind == "systemLibrary")
    }

    @Test("the manifest permits no import against the direction of the data")
    func manifestKeepsDirection() throws {
        for (name, permitted) in Self.permitted {
            let dependencies = try #require(table.targets[name]).dependencies
            let forbidden = dependencies.subtracting(permitted)
            #expect(forbidden.isEmpty, "\(name) must not depend on \(forbidden.sorted())")
        }
    }

    @Test("every import is one that the manifest names")
    func importsAreNamed() throws {
        var findings: [String] = []
        var importCount = 0
        for folder in ["Sources", "Tests"] {
            for file in try House.swiftFiles(folder) {
                guard let target = table.targets[file.target] else {
                    findings.append("\(file.path): no target of this name in Package.swift")
                    continue
                }
                for (number, module) in Self.importedModules(file) {
                    importCount += 1
                    guard table.targets[module] != nil, !target.dependencies.contains(module) else { continue }
                    findings.append("\(file.path):\(number): \(file.target) may not import \(module)")
                }
            }
        }
        #expect(importCount > 30, "the pattern for import lines finds next to nothing")
        expectTidy(findings, "imports outside Package.swift's table")
    }

    @Test("a library from elsewhere has one room")
    func librariesOfOthers() throws {
        var findings: [String] = []
        var rooms: Set<String> = []
        for file in try House.swiftFiles("Sources") {
            for (number, module) in Self.importedModules(file) {
                guard let room = Self.roomsOfOthers[module] else { continue }
                rooms.insert(room)
                if file.target != room { findings.append("\(file.path):\(number): imports \(module)") }
            }
        }
        #expect(rooms == Set(Self.roomsOfOthers.values), "the rule must be able to find something")
        expectTidy(findings, "imported in another room")
    }

    @Test("what an engine links has no Foundation and no C library")
    func engineModulesStandAlone() throws {
        // CPrefetch is a header alone.
        let allowed: Set<String> = [
            "Glibc", "Platform", "SymbologyWire", "ReferenceData", "Synchronization", "CPrefetch",
        ]
        var findings: [String] = []
        for target in ["Platform", "SymbologyWire", "ReferenceData", "SymbologyClient"] {
            for file in try House.swiftFiles("Sources/\(target)") {
                for (number, module) in Self.importedModules(file) where !allowed.contains(module) {
                    findings.append("\(file.path):\(number): imports \(module)")
                }
            }
        }
        expectTidy(findings, "an engine adds SymbologyClient and gets no dependency")
    }
}
