import Foundation
import TestSupport
import Testing

/// Runs the program that counts calls of malloc: lookups allocate nothing once everything is set up, in the snapshot,
/// the resolver, the client, the replica and the server's own threads. Where one does, the program prints who asked
/// for it.
@Suite("Allocations")
struct LookupAllocationTests {
    /// The tests and the program are built into one folder.
    private static let program: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "AllocationProof").path
    }()

    private struct Outcome {
        let exitCode: Int32
        let text: String

        /// The number after `name=`.
        func number(_ name: String) -> Int? {
            text.firstRange(of: " \(name)=").flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
        }
    }

    private func run(_ proof: String) -> Outcome {
        let ended = Program.run([Self.program, proof])
        return Outcome(exitCode: ended.status, text: ended.output)
    }

    @Test("the counter counts what Swift and C allocate, on this thread and on others")
    func canary() throws {
        let outcome = run("canary")
        #expect(outcome.exitCode == 0, "\(outcome.text)")
        #expect(try #require(outcome.number("allocations")) >= 11, "\(outcome.text)")
    }

    @Test("a million lookups allocate nothing", arguments: ["snapshot", "resolver", "client", "replica"])
    func lookups(proof: String) throws {
        let outcome = run(proof)
        #expect(outcome.exitCode == 0, "\(outcome.text)")
        #expect(outcome.number("allocations") == 0, "\(outcome.text)")
        #expect(outcome.number("process") == 0, "\(outcome.text)")
        let lookupCount = try #require(outcome.number("lookups"))
        let hitCount = try #require(outcome.number("hits"))
        #expect(lookupCount >= 1_000_000 && hitCount > lookupCount / 4 && hitCount < lookupCount, "\(outcome.text)")
    }
}
