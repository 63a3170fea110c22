import Foundation
import Testing

/// A decoder that others wrote agrees with our schema and vectors: the PyPI package `sbe`, installed here for this
/// test only.
@Suite struct IndependentDecoderTests {
    @Test(.timeLimit(.minutes(3))) func sbeDecodesAndEncodesEveryVector() throws {
        let decoder = try IndependentDecoder()
        defer { decoder.remove() }
        let run = try decoder.check(
            schema: ProtocolFolder.url.appendingPathComponent("symbology.sbe.xml"),
            vectors: ProtocolFolder.url.appendingPathComponent("vectors"))
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output == "\(try Vector.all().count) vectors\n")

        // The check can fail: two fields that trade places are seen.
        var schema = try ProtocolFolder.text("symbology.sbe.xml")
        let (first, second) = (
            "name=\"status\" id=\"10102\" type=\"Status\"", "name=\"flags\" id=\"10103\" type=\"SymbolFlags\""
        )
        #expect(schema.contains(first) && schema.contains(second))
        schema.replace(first, with: "name=\"\"")
        schema.replace(second, with: first)
        schema.replace("name=\"\"", with: second)
        let spoilt = decoder.folder.appendingPathComponent("spoilt.xml")
        try schema.write(to: spoilt, atomically: false, encoding: .utf8)
        let refused = try decoder.check(
            schema: spoilt, vectors: ProtocolFolder.url.appendingPathComponent("vectors"))
        #expect(refused.status == 1 && refused.output.contains("101_SymbolResolution.json: status is 3"))
    }
}

/// A throw-away folder with the package: a virtual environment, or where Debian's python3-venv is missing a plain
/// folder that pip installs into.
private struct IndependentDecoder {
    struct Run {
        let status: Int32
        let output: String
    }

    let folder: URL
    private let python: String
    private let environment: [String: String]

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sbe-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let packages = ["sbe==0.4.3", "bitstring<5"]
        let inherited = ProcessInfo.processInfo.environment
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]

        let venv = folder.appendingPathComponent("venv").path
        let made = try Self.run("python3", ["-m", "venv", venv], inherited)
        if made.status == 0 {
            (python, environment) = ("\(venv)/bin/python", inherited)
            let installed = try Self.run(python, quiet + packages, inherited)
            guard installed.status == 0 else { throw Failure(description: "pip in a venv: \(installed.output)") }
        } else {
            let target = folder.appendingPathComponent("packages").path
            (python, environment) = ("python3", inherited.merging(["PYTHONPATH": target]) { $1 })
            let installed = try Self.run(python, quiet + ["--target", target] + packages, inherited)
            guard installed.status == 0 else {
                throw Failure(description: "install python3-venv or python3-pip: \(made.output)\(installed.output)")
            }
        }
    }

    func check(schema: URL, vectors: URL) throws -> Run {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("independent_decoder.py")
        return try Self.run(python, [script.path, schema.path, vectors.path], environment)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    private static func run(_ program: String, _ arguments: [String], _ environment: [String: String]) throws -> Run {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Run(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
