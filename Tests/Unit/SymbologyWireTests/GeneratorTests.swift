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

    /// A copy of the tree's files.
    private func copy() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: folder.path("Protocol")), withIntermediateDirectories: true)
        try ProtocolFolder.text("PROTOCOL.md").write(
            toFile: folder.path("Protocol/PROTOCOL.md"), atomically: false, encoding: .utf8)
        #expect(generate(["--into", folder.path("")]).status == 0)
        return folder
    }

    private func text(_ path: String, in folder: TemporaryFolder) throws -> String {
        try String(contentsOfFile: folder.path(path), encoding: .utf8)
    }

    /// One field more in a copy of the schema.
    @Test func aPlantedFieldChangesSwiftAndThePageTogether() throws {
        let folder = try copy()
        #expect(generate(["--into", folder.path(""), "--check"]).output == "")

        let padding = #"<field name="padding2" id="10952" type="Padding1"/>"#
        var schema = try ProtocolFolder.text("symbology.sbe.xml")
        #expect(schema.contains(padding))
        schema.replace(
            padding,
            with:
                #"<field name="plantedCount" id="10990" type="UInt8Value" sinceVersion="0" "#
                + #"description="what is planted"/>"#)
        try schema.write(toFile: folder.path("planted.xml"), atomically: false, encoding: .utf8)
        let planted = ["--schema", folder.path("planted.xml"), "--into", folder.path("")]

        let check = generate(planted + ["--check"])
        #expect(check.status == 1)
        #expect(check.output == Self.files.sorted().map { "\($0) would change\n" }.joined())
        #expect(generate(planted).output == Self.files.sorted().map { "\($0) written\n" }.joined())
        let view = try text("Sources/SymbologyWire/Messages/ServerStatusView.swift", in: folder)
        #expect(view.contains("static var plantedCount: Int { 531 }"))
        #expect(view.contains("    /// What is planted.\n    @inlinable public var plantedCount: UInt8 {"))
        #expect(view.contains("        plantedCount: UInt8,\n"))
        let written = try text("Protocol/PROTOCOL.md", in: folder)
        #expect(written.contains("| 531 | plantedCount | uint8 |  |  | what is planted |\n"))
        #expect(generate(planted + ["--check"]).output == "")
    }

    /// Version 2 adds fields in what was padding, and behind the block: frames of version 1 have zeros there, or end.
    @Test func whatAVersionAddsIsReadOnlyWhereItIs() throws {
        let folder = try copy()
        var schema = try ProtocolFolder.text("symbology.sbe.xml")
        for (right, wrong) in [
            (#"version="\#(ProtocolSchema.real.version)" semanticVersion"#, #"version="2" semanticVersion"#),
            (
                #"<field name="padding2" id="1204" type="Padding40"/>"#,
                #"<field name="until" id="1291" type="TimeOrNull" sinceVersion="2" description="when"/>"#
                    + #"<field name="mode" id="1292" type="SearchMode" sinceVersion="2" description="how"/>"#
                    + #"<field name="padding2" id="1204" type="Padding31"/>"#
            ),
            (
                #"name="Pong" id="108" blockLength="24""#,
                #"name="Pong" id="108" blockLength="40" symbology:blockLengthMin="24""#
            ),
            (
                #"<field name="padding" id="10802" type="Padding4"/>"#,
                #"<field name="kind" id="10891" type="InstrumentKind" sinceVersion="2" description="what"/>"#
                    + #"<field name="padding" id="10802" type="Padding3"/>"#
            ),
            (
                "</sbe:message>\n\n    <sbe:message name=\"ServerStatus\"",
                #"<field name="asked" id="10892" type="TimeOrNull" sinceVersion="2" description="when"/>"#
                    + #"<field name="isLast" id="10893" type="YesNo" sinceVersion="2" description="x"/>"#
                    + #"<field name="padding2" id="10894" type="Padding7"/>"#
                    + "</sbe:message>\n\n    <sbe:message name=\"ServerStatus\""
            ),
        ] {
            try #require(schema.contains(right), "\(right)")
            schema.replace(right, with: wrong)
        }
        schema.replace(
            #"<type name="Padding3" "#,
            with: #"<type name="Padding31" primitiveType="char" length="31"/><type name="Padding3" "#)
        let planted = ["--schema", folder.path("planted.xml"), "--into", folder.path("")]
        func write(_ schema: String) throws {
            try schema.write(toFile: folder.path("planted.xml"), atomically: false, encoding: .utf8)
        }
        // What was added must be able to say nothing: there is no mode for "none".
        try write(schema)
        #expect(generate(planted).output.contains("Ping.mode: what was added must be able to say nothing"))
        try write(schema.replacing(#"type="SearchMode" sinceVersion="2""#, with: #"type="Payoff" sinceVersion="2""#))
        let run = generate(planted)
        #expect(run.status == 0, "\(run.output)")

        let pong = try text("Sources/SymbologyWire/Messages/PongView.swift", in: folder)
        #expect(
            pong.contains("base.isSince(2) ? InstrumentKind(rawValue: base.loadInteger(at: Layout.kind)) : nil\n"))
        #expect(pong.contains("{ base.frameReaches(40) ? base.loadOptional(at: Layout.asked) : nil }"))
        #expect(
            pong.contains("base.frameReaches(41) ? base.loadInteger(at: Layout.isLast, as: UInt8.self) != 0 : false"))
        #expect(pong.contains("fault() -> RejectReason? {\n        return nil\n"))
        #expect(try text("Sources/SymbologyWire/Vocabulary/Template.swift", in: folder).contains("case .pong: 32\n"))
        // A request of version 1 is as strict as it was; one of version 2 is asked what the field holds.
        let ping = try text("Sources/SymbologyWire/Messages/PingView.swift", in: folder)
        #expect(ping.contains("guard base.isSince(2) || base.isZero(24..<32) else { return .paddingNotZero }"))
        #expect(ping.contains("guard base.isSince(2) || base.isZero(32..<33) else { return .paddingNotZero }"))
        #expect(
            ping.contains(
                "        if base.isSince(2) {\n"
                    + "            guard base.loadInteger(at: Layout.mode, as: UInt8.self) == 0 || mode != nil else"
            ))
        #expect(ping.contains("guard base.isZero(Layout.padding2) else { return .paddingNotZero }"))
        let page = try text("Protocol/PROTOCOL.md", in: folder)
        #expect(page.contains("| 24 | until | int64 | µs | −2⁶³ | when; since version 2 |\n"))
        #expect(page.contains(" 48 bytes, blockLength 40; at least 32 bytes, blockLength 24."))
    }

    @Test(arguments: [
        (#"id="10102" type="ResolutionStatus""#, #"id="10102" type="UInt64Value""#, "no multiple of its 8 bytes"),
        (#"description="how the request ended""#, "", "says nothing of itself"),
        (#"id="11008" type="Padding20""#, #"id="11008" type="Padding16""#, "its fields end at"),
        (#"name="SymbolResolution" id="101""#, #"name="SymbolResolution" id="102""#, "stands twice"),
        (#"id="10706" type="MillisecondsOrNull""#, #"id="10706" type="UInt64ValueOrNull""#, "the name says \"ms\""),
        (#"id="10102" type="ResolutionStatus""#, #"id="10102" type="Nothing""#, "there is no type Nothing"),
        // What the tools that write code from a schema stumble over.
        (
            #"id="10102" type="ResolutionStatus" sinceVersion="0""#, #"id="10102" type="ResolutionStatus""#,
            "sinceVersion"
        ),
        (#"length="46" characterEncoding="UTF-8""#, #"length="46""#, "a text without characterEncoding"),
        (#"name="remove""#, #"name="delete""#, "ReferenceAction: delete is reserved in C++"),
        (#"name="activeOnly" id="603""#, #"name="base" id="603""#, "ListSymbols: base is reserved in C#"),
        (#"name="countMax" id="606""#, #"name="limit" id="606""#, "limit clashes with every codec: both have limit"),
        (#"name="symbolText" id="10335""#, #"name="symbol" id="10335""#, "symbol clashes with symbolId"),
        (
            #"name="token" id="1203""#, #"name="requestIdNullValue" id="1203""#,
            "requestIdNullValue clashes with requestId"
        ),
        (#"name="token" id="1203""#, #"name="ping" id="1203""#, "Ping: ping clashes with every codec"),
        (#"name="Pong""#, #"name="PingDecoder""#, "types: PingDecoder clashes with Ping"),
        (#"name="lastOfGeneration""#, #"name="clear""#, "ChangeFlags: clear clashes with every codec"),
        (#"name="token" id="1203""#, #"name="the_token" id="1203""#, "the_token is no name"),
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
