import ReferenceData
import ReferenceStore
import TestSupport
import Testing

@testable import ReferenceFeed

/// What expires while there is no memory to say so. In a process of its own, whose address space is limited.
@Suite(.enabled(if: Sanitizer.current == nil, "a sanitizer takes all of the address space"))
struct OverdueTests {
    private static let due = Timestamp(microsecondsSince1970: 1_800_000_000_000_000)

    private static func content(symbolCount: UInt32) -> ReferenceContent {
        var content = ReferenceContent(
            exchanges: [Exchange(id: 1, name: "S", enumValue: "S", displayName: "S", marketType: .spot)], symbols: [])
        for id in 1...symbolCount {
            var record = SymbolRecord(
                id: id, exchangeId: 1, precisionBase: 2, precisionQuote: 2, precisionPrice: 2,
                symbolString: SymbolText("S\(id)")!, baseAsset: AssetText("B\(id)")!, quoteAsset: AssetText("USD")!)
            record.delistsAt = due
            content.symbols.append(record)
        }
        return content
    }

    @Test func isToldOnceAndTriedUntilItSucceeds() async {
        await #expect(processExitsWith: .success) {
            final class Clock {
                var time = Timestamp(microsecondsSince1970: OverdueTests.due.microsecondsSince1970 - 1)
            }
            let clock = Clock()
            var last: SnapshotUpdate?
            var publisher = SnapshotPublisher(
                initial: .empty(epoch: 5), confirmedAt: .absent, wallClock: { clock.time }, onUpdate: { last = $0 })
            _ = publisher.publish(
                FinishedRead(
                    refresh: .fullLoad(.requested), content: OverdueTests.content(symbolCount: 60_000),
                    databaseSnapshot: "1:1:", startedNanoseconds: 1))
            clock.time = OverdueTests.due
            AddressSpaceLimit.set(toFurther: 24 << 20)
            guard case .overdue(let byteCount)? = publisher.judge() else { fatalError("not told") }
            precondition(byteCount > 24 << 20)
            precondition(last?.state.overdueSinceNanoseconds != nil && last?.state.heldBack == nil)
            precondition(publisher.judge() == nil, "told twice")
            precondition(publisher.milliseconds(toNextLook: false) == DueSchedule.lookMillisecondsMax)
            // A poll that finds nothing is no load that is held back, and ends no lack of memory.
            let nothing = FinishedRead(
                refresh: .increment(since: Watermark(text: "1:1:")), delta: ReferenceDelta(), databaseSnapshot: "1:1:",
                startedNanoseconds: 1)
            precondition(publisher.holdBack(nothing, MemoryLimit()) == nil)
            _ = publisher.publish(nothing)
            precondition(publisher.state.overdueSinceNanoseconds != nil)
            precondition(publisher.snapshot.activeSymbolCount == 60_000)
            AddressSpaceLimit.set(toFurther: nil)
            guard case .judged(_, nil)? = publisher.judge() else { fatalError("not judged") }
            precondition(last?.state.overdueSinceNanoseconds == nil && publisher.snapshot.activeSymbolCount == 0)
        }
    }
}
