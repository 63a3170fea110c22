import ReferenceData
import TestSupport
import Testing

@testable import SymbologyClient

/// An engine that has no memory for what changes goes on with what it has, and says so. Each in a process of its own,
/// whose address space is limited.
@Suite(.enabled(if: Sanitizer.current == nil, "a sanitizer takes all of the address space"))
struct MemoryLackTests {
    /// A replica that follows a server of so many symbols.
    private static func machine(symbolCount: UInt32) -> ReplicaMachine {
        var machine = ReplicaMachine(.empty(epoch: 0), isFromFile: false)
        machine.subscribed(
            Subscription(isResumed: false, epoch: 7, sequence: 0, generation: 3, heartbeatMilliseconds: 1_000),
            after: nil)
        precondition(machine.take(image: Tables.snapshot(symbolCount: symbolCount), sequence: 0))
        precondition(machine.state == .live)
        return machine
    }

    private static func push(_ record: PushedRecord, _ change: ReferenceChange) -> Push {
        .change(
            ReferencePush(
                change: change, epoch: 7, sequence: 1, generation: 4, isLastOfGeneration: true, record: record))
    }

    /// One row changes, and with it what the pairs of all others mean: a new main image.
    @Test func aChangeThatTakesTooMuchWaits() async {
        await #expect(processExitsWith: .success) {
            var machine = MemoryLackTests.machine(symbolCount: 60_000)
            var exchange = Tables.exchange(1, "ALPHA_SPOT")
            exchange.precisionDefault = 3
            machine.take(
                MemoryLackTests.push(
                    .exchange(exchange), ReferenceChange(kind: .exchange, action: .modify, id: 1)))
            AddressSpaceLimit.set(toFurther: 24 << 20)
            for _ in 0..<3 { precondition(!machine.settle(at: .absent), "it was applied") }
            precondition(machine.state == .stale && machine.lacksMemory && machine.shown.generation == 3)
            precondition(machine.shown.resolve(Tables.keys(symbolCount: 5)[4]).status == .ok)
            AddressSpaceLimit.set(toFurther: nil)
            precondition(machine.settle(at: .absent), "it was not applied")
            precondition(machine.state == .live && machine.shown.exchange(id: 1)?.precisionDefault == 3)
        }
    }

    /// All of a venue's options expire at once.
    @Test func whatIsDueWaits() async {
        await #expect(processExitsWith: .success) {
            var content = ReferenceContent(exchanges: [Tables.exchange(1, "ALPHA_SPOT")], symbols: [])
            let due = Timestamp(microsecondsSince1970: 1_800_000_000_000_000)
            for id in UInt32(1)...60_000 {
                var record = Tables.symbol(id * 4, exchangeId: 1)
                record.delistsAt = due
                content.symbols.append(record)
            }
            let before = Timestamp(microsecondsSince1970: due.microsecondsSince1970 - 1)
            var machine = ReplicaMachine(
                .build(content, epoch: 7, generation: 3, databaseSnapshot: "", at: before), isFromFile: true)
            let count = machine.shown.activeSymbolCount
            precondition(count > 0)
            AddressSpaceLimit.set(toFurther: 24 << 20)
            precondition(!machine.judge(at: due) && machine.lacksMemory, "it was judged")
            precondition(machine.shown.activeSymbolCount == count)
            AddressSpaceLimit.set(toFurther: nil)
            precondition(machine.judge(at: due) && !machine.lacksMemory, "it was not judged")
            precondition(machine.shown.activeSymbolCount == 0)
        }
    }

    /// Where there is no memory to rewrite it, the overlay goes on.
    @Test func aRewritingWaits() async {
        await #expect(processExitsWith: .success) {
            var machine = MemoryLackTests.machine(symbolCount: 60_000)
            // Another string: no copy with the row in its place will do.
            var record = Tables.symbol(4, exchangeId: 1)
            record.symbolString = SymbolText("NEW")!
            machine.take(
                MemoryLackTests.push(
                    .symbol(record, flags: []), ReferenceChange(kind: .symbol, action: .modify, id: 4)))
            AddressSpaceLimit.set(toFurther: 24 << 20)
            precondition(machine.settle(at: .absent), "one row takes little")
            machine.rewrite()
            precondition(machine.rewriteCount == 0 && machine.held.overlayRowCount > 0)
            AddressSpaceLimit.set(toFurther: nil)
            machine.rewrite()
            precondition(machine.rewriteCount == 1 && machine.held.overlayRowCount == 0)
        }
    }
}
