import Foundation
import TestSupport
import Testing

/// A decoder that others wrote agrees with our schema and vectors: the PyPI package `sbe`, installed here for this
/// test only.
@Suite struct IndependentDecoderTests {
    // It asks others' code about files: a sanitizer would learn nothing.
    @Test(.enabled(if: Sanitizer.current == nil, "make test has it"), .timeLimit(.minutes(5)))
    func sbeDecodesAndEncodesEveryVector() throws {
        let decoder = try IndependentDecoder()
        defer { decoder.remove() }
        // It takes no text but ASCII ones; how a text is encoded moves no field.
        var schema = try ProtocolFolder.text("symbology.sbe.xml")
            .replacing("characterEncoding=\"UTF-8\"", with: "characterEncoding=\"ASCII\"")
        let sound = decoder.folder.appendingPathComponent("ascii.xml")
        try schema.write(to: sound, atomically: false, encoding: .utf8)
        let run = decoder.check(
            schema: sound,
            vectors: ProtocolFolder.url.appendingPathComponent("vectors"))
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output == "\(try Vector.all().count) vectors\n")

        // The check can fail: two fields that trade places are seen.
        let (first, second) = (
            "name=\"status\" id=\"10102\" type=\"ResolutionStatus\"",
            "name=\"flags\" id=\"10103\" type=\"ResolutionFlags\""
        )
        #expect(schema.contains(first) && schema.contains(second))
        schema.replace(first, with: "name=\"\"")
        schema.replace(second, with: first)
        schema.replace("name=\"\"", with: second)
        let spoilt = decoder.folder.appendingPathComponent("spoilt.xml")
        try schema.write(to: spoilt, atomically: false, encoding: .utf8)
        let refused = decoder.check(
            schema: spoilt, vectors: ProtocolFolder.url.appendingPathComponent("vectors"))
        #expect(refused.status == 1 && refused.output.contains("101_SymbolResolution.json: status is 3"))
    }
}

/// A throw-away folder with the package: a virtual environment, or where Debian's python3-venv is missing a plain
/// folder that pip installs into.
private struct IndependentDecoder {
    let folder: URL
    private let python: String
    /// What is set besides what this process has, as `NAME=value`.
    private let environment: [String]

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sbe-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let packages = ["sbe==0.4.3", "bitstring<5"]
        let quiet = [
            "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--timeout", "15", "--retries", "3",
        ]

        let venv = folder.appendingPathComponent("venv").path
        let made = Self.run("python3", ["-m", "venv", venv])
        if made.status == 0 {
            (python, environment) = ("\(venv)/bin/python", [])
            let installed = Self.run(python, quiet + packages)
            guard installed.status == 0 else { throw Failure(Self.whatToDo + installed.output) }
        } else {
            let target = folder.appendingPathComponent("packages").path
            (python, environment) = ("python3", ["PYTHONPATH=\(target)"])
            let installed = Self.run(python, quiet + ["--target", target] + packages)
            guard installed.status == 0 else {
                throw Failure("install python3-venv or python3-pip: \(made.output)\(Self.whatToDo)\(installed.output)")
            }
        }
    }

    private static let whatToDo =
        "pip cannot install the packages. They come from PyPI, or from where PIP_INDEX_URL says; without a network run "
        + "`make test TEST_ARGUMENTS=\"--skip IndependentDecoderTests\"`. pip says: "

    func check(schema: URL, vectors: URL) -> Program {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("independent_decoder.py")
        return Self.run(python, [script.path, schema.path, vectors.path], environment)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    private static func run(_ program: String, _ arguments: [String], _ environment: [String] = []) -> Program {
        Program.run(["/usr/bin/env"] + environment + [program] + arguments)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
