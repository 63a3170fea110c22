import TestSupport
import Testing

@testable import Soak

@Suite("The soak's memory")
struct MemoryTraceTests {
    /// A life of an hour: settles at 10 MB, and then grows so much an hour, with noise of half a megabyte.
    private func trace(growingBy bytesPerHour: Double, seconds: Int = 3_600) -> MemoryTrace {
        var generator = SeededGenerator(seed: 1)
        var trace = MemoryTrace(startedSeconds: 100)
        for second in 0..<seconds {
            let settling = min(1, Double(second) / 100)
            let noise = Double.random(in: -500_000...500_000, using: &generator)
            let byteCount = 10_000_000 * settling + bytesPerHour * Double(second) / 3_600 + noise + 1_000_000
            trace.take(Int(byteCount), at: 100 + Double(second))
        }
        return trace
    }

    @Test("noise and settling are no growth, growth is")
    func growth() throws {
        let flat = trace(growingBy: 0)
        #expect(flat.isFlat)
        #expect(abs(try #require(flat.growthBytesPerHour)) < 200_000)
        let growing = trace(growingBy: 2 * MemoryTrace.growthBytesPerHourMax)
        #expect(!growing.isFlat)
        let slope = try #require(growing.growthBytesPerHour) / MemoryTrace.growthBytesPerHourMax
        #expect(abs(slope - 2) < 0.1)
        #expect(growing.endByteCount > growing.startByteCount)
    }

    @Test("the last line says what was wrong, and memory at start and end")
    func closing() {
        func closing(_ trace: MemoryTrace) -> String {
            SoakReport.closing("passed", wrongCount: 0, checkedCount: 70_000, server: trace)
        }
        let judged = closing(trace(growingBy: 8e6))
        #expect(judged.hasPrefix("passed; 0 of 70000 answers wrong; memory, server: 1"), "\(judged)")
        #expect(judged.contains(#/1\d\.\d MB to 1\d\.\d MB in a life of 3599 s, \+[78]\.\d\d MB an hour$/#))
        #expect(closing(trace(growingBy: 8e6, seconds: 60)).hasSuffix("too short to judge"))
    }

    @Test("a short life is not judged")
    func shortLife() {
        let short = trace(growingBy: 1e9, seconds: Int(MemoryTrace.judgedSecondsMin))
        #expect(short.growthBytesPerHour == nil)
        #expect(short.isFlat)
    }
}
