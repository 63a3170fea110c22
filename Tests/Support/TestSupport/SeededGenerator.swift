import Glibc
import Platform

/// Random numbers that can be had again: they come from a seed. `SYMBOLOGY_TEST_SEED` sets the seed.
///
/// Its description names the seed: give it to every expectation as the comment, `#expect(a == b, "\(generator)")`.
public struct SeededGenerator: RandomNumberGenerator, Sendable, CustomStringConvertible {
    public let seed: UInt64
    private var generator: SplitMix64

    public init(seed: UInt64? = nil) {
        let fromEnvironment = getenv("SYMBOLOGY_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        var system = SystemRandomNumberGenerator()
        self.seed = seed ?? fromEnvironment ?? system.next() >> 16
        generator = SplitMix64(seed: self.seed)
    }

    public mutating func next() -> UInt64 { generator.next() }

    public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    public var description: String { "replay with SYMBOLOGY_TEST_SEED=\(seed)" }

    /// Runs `body` with a generator and prints the seed to stderr when it throws.
    public static func run<T>(_ name: String = #function, _ body: (inout SeededGenerator) throws -> T) rethrows -> T {
        var generator = SeededGenerator()
        do {
            return try body(&generator)
        } catch {
            let line = Array("\(name): \(generator)\n".utf8)
            _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            throw error
        }
    }
}
