import SymbologyWire
import TestSupport
import Testing

@testable import LookupServer

@Suite struct ConnectionCursorsTests {
    /// Whatever a connection does in whatever order, its cursors stay in order, and in the end nothing is left.
    @Test func everyOrderOfMovesIsLegal() {
        var generator = SeededGenerator()
        for _ in 0..<200 {
            var cursors = ConnectionCursors()
            var queued: [(byteCount: Int, answerCount: Int)] = []
            for _ in 0..<100 {
                switch Int.random(in: 0..<6, using: &generator) {
                case 0:
                    let byteCount = Int.random(in: 1...2_000, using: &generator)
                    if byteCount > cursors.blockByteCount {
                        cursors.replaceBlock(byteCount: max(byteCount, WireLimits.requestByteCountMax))
                    }
                    cursors.keep(byteCount)
                case 1: cursors.use(Int.random(in: 0...cursors.kept.count, using: &generator))
                case 2: cursors.moveKeptToReadBuffer()
                case 3:
                    let byteCount = Int.random(in: 1...1_000, using: &generator)
                    let answerCount = Int.random(in: 0...64, using: &generator)
                    queued.append((byteCount, answerCount))
                    cursors.queue(byteCount, answerCount: answerCount)
                case 4:
                    guard !queued.isEmpty else { continue }
                    let write = queued.removeFirst()
                    cursors.unqueue(write.byteCount, answerCount: write.answerCount)
                default:
                    let reason = ConnectionCursors.Holds(rawValue: 1 << UInt8.random(in: 0..<3, using: &generator))
                    if cursors.holds.contains(reason) { cursors.release(reason) } else { cursors.hold(reason) }
                }
                cursors.invariants()
            }
            #expect(cursors.queuedByteCount == queued.reduce(0) { $0 + $1.byteCount }, "\(generator)")
            for write in queued {
                cursors.unqueue(write.byteCount, answerCount: write.answerCount)
            }
            #expect(cursors.queuedByteCount == 0 && cursors.queuedAnswerCount == 0, "\(generator)")
            if cursors.isBlockCounted { cursors.replaceBlock(byteCount: 0) }
            cursors.reset()
            #expect(!cursors.isHeld && cursors.kept.isEmpty, "\(generator)")
        }
    }

    #if DEBUG
    @Test func aMoveThatCannotBeTraps() async {
        await #expect(processExitsWith: .failure) {
            var cursors = ConnectionCursors()
            cursors.keep(1)
        }
        await #expect(processExitsWith: .failure) {
            var cursors = ConnectionCursors()
            cursors.unqueue(1, answerCount: 0)
        }
    }
    #endif
}
