import Glibc
import ReferenceData
import ReferenceStore
import Testing

@testable import ReferenceFeed

/// What the machine makes of a database that says nothing, and how `status` names what is amiss.
@Suite struct RefreshFaultTests {
    private typealias Event = RefreshMachine.Event

    private static let server = ServerIdentity(
        systemIdentifier: 7, timeline: 1, isInRecovery: false, startedAtMicroseconds: 5, databaseId: 16_384)
    private static let connecting: [Event] = [
        .connected(.query, server), .connected(.listener, server), .listening, .probeRung, .probeHeard,
    ]
    private static let finished = Event.refreshFinished(Watermark(text: "w"))

    private func machine(_ events: [Event]) -> RefreshMachine {
        var machine = RefreshMachine(settings: RefreshSettings(), seed: 42)
        for event in [.start] + Self.connecting + events { _ = machine.handle(event) }
        return machine
    }

    private func silence(_ actions: [RefreshMachine.Action]) -> UInt32? {
        actions.compactMap { if case .setTimer(.refreshSilence, let delay) = $0 { delay } else { nil } }.last
    }

    /// Rows that go on arriving are no silence, however long the load takes.
    @Test func theBoundIsOnTheSilence() {
        var machine = machine([])
        for _ in 0..<100 {
            #expect(
                machine.handle(.querySilent(milliseconds: 400)) == [.setTimer(.refreshSilence, milliseconds: 9_600)])
        }
        #expect(machine.handle(.querySilent(milliseconds: 10_000)).contains(.disconnectAll))
        #expect(machine.handle(.querySilent(milliseconds: 10_000)).isEmpty)
        machine = self.machine([Self.finished])
        #expect(machine.handle(.querySilent(milliseconds: .max)).isEmpty, "nobody waits for an answer")
        let begun = machine.handle(.notified)
        #expect(silence(begun) == 10_000)
        #expect(machine.handle(Self.finished).contains(.cancelTimer(.refreshSilence)))
    }

    @Test func aSlowDatabaseIsWaitedForLongerEachTime() {
        var machine = machine([])
        for bound in [20_000, 40_000, 80_000, 80_000] as [UInt32] {
            _ = machine.handle(.querySilent(milliseconds: 80_000))
            _ = machine.handle(.timer(.retry))
            let begun = Self.connecting.flatMap { machine.handle($0) }
            #expect(silence(begun) == bound)
        }
        _ = machine.handle(Self.finished)
        #expect(silence(machine.handle(.notified)) == 10_000)
    }

    @Test func whatIsAmissIsNamedUntilItIsOver() {
        func fault(_ events: [Event]) -> SourceFault? { self.machine(events).fault }
        func failed(_ sqlState: String) -> Event { .refreshFailed(.statement(sqlState: sqlState, "no")) }
        #expect(fault([]) == nil && fault([Self.finished]) == nil)
        for (state, expected) in [
            ("42501", SourceFault.forbidden), ("42P01", .missing), ("42703", .missing), ("55P03", .locked),
            ("57014", .timedOut), ("XX000", .failing),
        ] {
            #expect(fault([failed(state)]) == expected)
            #expect(fault([failed(state), .timer(.retry), Self.finished]) == nil)
        }
        // A load that is held back has its own words.
        #expect(fault([Self.finished, .notified, .refreshFailed(.shrunk(from: 200, to: 0))]) == nil)
        // Changes come, and only the comparison fails.
        let compared = [Self.finished, .timer(.reconcile), failed("57014"), Self.finished]
        #expect(fault(compared) == .notCompared)
        #expect(fault(compared + [.timer(.reconcile), Self.finished]) == nil)
        // A session that is lost stays so until everything is read again.
        for (failure, expected) in [
            (FeedFailure.connection(.query, "gone"), SourceFault.unreachable),
            (.wrongEncoding("LATIN1"), .wrongEncoding), (.inRecovery(.query), .standby), (.deaf, .pooled),
            (.deadlinePassed("connecting"), .unreachable), (.deadlinePassed("listening"), .silent),
        ] {
            let lost: [Event] = [Self.finished, .connectionFailed(.query, failure)]
            #expect(fault(lost) == expected)
            #expect(fault(lost + [.timer(.retry)] + Self.connecting) == expected)
            #expect(fault(lost + [.timer(.retry)] + Self.connecting + [Self.finished]) == nil)
        }
        let refused = Event.listenFailed(.listenRefused("58P01"))
        let polling = Array(Self.connecting.prefix(2)) + [refused, Self.finished]
        var machine = RefreshMachine(settings: RefreshSettings(), seed: 42)
        for event in [.start] + polling { _ = machine.handle(event) }
        #expect(machine.fault == .polling)
    }

    @Test func whyAFileIsNotWrittenIsNamed() {
        for (number, fault) in [
            (EACCES, ImageFault.forbidden), (EROFS, .forbidden), (ENOENT, .forbidden), (ENOSPC, .diskFull),
            (EDQUOT, .diskFull), (ENOMEM, .outOfMemory), (EIO, .failing),
        ] {
            #expect(ImageFileError.system(call: "write", errorNumber: number).fault == fault)
        }
        #expect(ImageFileError.outOfMemory(byteCount: 1).fault == .outOfMemory)
    }
}
