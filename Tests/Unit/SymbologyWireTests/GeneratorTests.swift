import Foundation
import TestSupport
import Testing

/// The generator writes what is in the tree, and nothing that the schema does not say.
@Suite(.enabled(if: Sanitizer.current == nil, "make test has it"))
struct GeneratorTests {
    private static let files: Set = [
        "Protocol/PROTOCOL.md", "Sources/SymbologyWire/Messages/ServerStatusView.swift",
        "Tests/Unit/SymbologyWireTests/MessageCodec+ResponseReading.swift",
        "Tests/Unit/SymbologyWireTests/MessageCodec+ResponseWriting.swift",
    ]

    private func generate(_ arguments: [String]) -> Program {
        let script = ProtocolFolder.url.appendingPathComponent("generate.py").path
        return Program.run(["/usr/bin/env", "python3", script] + arguments)
    }

    @Test func generatedFilesAreAsTheSchemaSays() {
        let run = generate(["--check"])
        #expect(run.status == 0, "run `make protocol`:\n\(run.output)")
    }

    /// A copy of the tree's files, then one field more in a copy of the schema.
    @Test func aPlantedFieldChangesSwiftAndThePageTogether() throws {
        let folder = TemporaryFolder()
        let page = URL(fileURLWithPath: folder.path("Protocol"))
        try FileManager.default.createDirectory(at: page, withIntermediateDirectories: true)
        try ProtocolFolder.text("PROTOCOL.md").write(
            to: page.appendingPathComponent("PROTOCOL.md"), atomically: false, encoding: .utf8)
        #expect(generate(["--into", folder.path("")]).status == 0)
        #expect(generate(["--into", folder.path(""), "--check"]).output == "")

        let padding = #"<field name="padding2" id="10936" type="Padding16"/>"#
        var schema = try ProtocolFolder.text("symbology.sbe.xml")
        #expect(schema.contains(padding))
        schema.replace(
            padding,
            with: #"<field name="plantedCount" id="10990" type="UInt64Value" description="what is planted"/>"#
                + #"<field name="padding2" id="10936" type="Padding8"/>"#)
        try schema.write(toFile: folder.path("planted.xml"), atomically: false, encoding: .utf8)
        let planted = ["--schema", folder.path("planted.xml"), "--into", folder.path("")]

        let check = generate(planted + ["--check"])
        #expect(check.status == 1)
        #expect(check.output == Self.files.sorted().map { "\($0) would change\n" }.joined())
        #expect(generate(planted).output == Self.files.sorted().map { "\($0) written\n" }.joined())
        let view = try String(
            contentsOfFile: folder.path("Sources/SymbologyWire/Messages/ServerStatusView.swift"), encoding: .utf8)
        #expect(view.contains("static var plantedCount: Int { 496 }"))
        #expect(view.contains("    /// What is planted.\n    @inlinable public var plantedCount: UInt64 {"))
        #expect(view.contains("        plantedCount: UInt64,\n"))
        let written = try String(contentsOfFile: folder.path("Protocol/PROTOCOL.md"), encoding: .utf8)
        #expect(written.contains("| 496 | plantedCount | uint64 |  |  | what is planted |\n"))
        #expect(generate(planted + ["--check"]).output == "")
    }

    @Test(arguments: [
        (#"id="10102" type="ResolutionStatus""#, #"id="10102" type="UInt64Value""#, "no multiple of its 8 bytes"),
        (#"description="how the request ended""#, "", "says nothing of itself"),
        (#"id="10936" type="Padding16""#, #"id="10936" type="Padding8""#, "its fields end at"),
        (#"name="SymbolResolution" id="101""#, #"name="SymbolResolution" id="102""#, "stands twice"),
        (#"id="10706" type="MillisecondsOrNull""#, #"id="10706" type="UInt64ValueOrNull""#, "the name says \"ms\""),
        (#"id="10102" type="ResolutionStatus""#, #"id="10102" type="Nothing""#, "there is no type Nothing"),
    ])
    func aSchemaThatCannotBeIsRefused(right: String, wrong: String, reason: String) throws {
        let folder = TemporaryFolder()
        let schema = try ProtocolFolder.text("symbology.sbe.xml")
        #expect(schema.contains(right))
        try schema.replacing(right, with: wrong).write(
            toFile: folder.path("wrong.xml"), atomically: false, encoding: .utf8)
        let run = generate(["--schema", folder.path("wrong.xml"), "--check"])
        #expect(run.status == 1 && run.output.contains(reason), "\(run.output)")
    }
}
