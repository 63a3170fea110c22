import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

@testable import SymbologyClient

/// A replica without sockets, and the line between it and its server, which may lose, double and cut.
private final class ReplicaOnALine {
    let model: ReplicaModel
    var machine: ReplicaMachine
    var tracker = PushTracker()
    var inFlight: [[UInt8]] = []
    var isConnected = false
    private var newestGeneration: [UInt64: UInt64] = [:]
    /// How far its wall clock is ahead of the server's; less than 0: behind.
    var skewHours: Int64 = 0

    private var now: Timestamp {
        Timestamp(microsecondsSince1970: model.now.microsecondsSince1970 + skewHours * 3_600_000_000)
    }

    init(_ model: ReplicaModel) {
        self.model = model
        machine = ReplicaMachine(.empty(epoch: 0), isFromFile: false)
    }

    func disconnect() {
        isConnected = false
        inFlight = []
        tracker = PushTracker()
        machine.disconnected()
    }

    /// Connects where that is due, and does one thing that is needed. Whether there was one.
    func doWhatIsNeeded() -> Bool {
        if !isConnected {
            isConnected = true
            subscribe(after: machine.position)
            return true
        }
        switch machine.need {
        case .nothing: return false
        case .subscription(let position): subscribe(after: position)
        case .image, .newerImage:
            let (image, sequence) = model.image
            guard machine.wants(imageEpoch: image.epoch, generation: image.generation, sequence: sequence) else {
                return false
            }
            _ = machine.take(image: image, sequence: sequence)
        }
        return true
    }

    private func subscribe(after position: PushPosition?) {
        let (subscription, frames) = model.subscribe(after: position)
        tracker.begin(subscription)
        machine.subscribed(subscription, after: position)
        machine.learned(model.status)
        inFlight = frames
    }

    func send(_ frames: [[UInt8]]) {
        if isConnected { inFlight += frames }
    }

    /// Delivers the oldest unit in flight, so many times.
    func deliver(times: Int = 1) {
        guard !inFlight.isEmpty else { return }
        let unit = inFlight.removeFirst()
        for _ in 0..<times {
            guard take(unit) else { return disconnect() }
        }
    }

    func lose() { if !inFlight.isEmpty { inFlight.removeFirst() } }

    func swapNext() { if inFlight.count > 1 { inFlight.swapAt(0, 1) } }

    /// False when the frames cannot follow one another.
    private func take(_ unit: [UInt8]) -> Bool {
        var isRight = true
        unit.withUnsafeBytes { bytes in
            var start = 0
            while isRight, start < bytes.count {
                let frame = bytes.baseAddress! + start
                start += FrameHeaderView(frame).frameByteCount
                switch FrameHeaderView(frame).template {
                case .change: isRight = tracker.take(ChangeView(frame)) == nil
                case .heartbeat: isRight = tracker.take(HeartbeatView(frame)) == nil
                case .symbolRecord:
                    let view = SymbolRecordView(frame)
                    let flags = view.flags
                    let record = ResponseParsing.symbolRecord(view).map { PushedRecord.symbol($0, flags: flags) }
                    isRight = tracker.take(record, isLastGood: ResponseParsing.hasRefusedVersion(view)) == nil
                case .exchangeRecord:
                    let record = ResponseParsing.exchange(ExchangeRecordView(frame)).map { PushedRecord.exchange($0) }
                    isRight = tracker.take(record, isLastGood: false) == nil
                default: isRight = false
                }
            }
        }
        while let push = tracker.next() { machine.take(push) }
        return isRight
    }

    func settle() -> Bool { machine.settle(at: now) }

    func judge() { _ = machine.judge(at: now) }

    func take(_ image: (snapshot: Snapshot, sequence: UInt64)) -> Bool {
        machine.take(image: image.snapshot, sequence: image.sequence)
    }

    /// Delivers everything and does everything, with the server standing still.
    func comeToRest() {
        model.renewImage()
        // A heartbeat tells of what was lost, and another one of what is left.
        for _ in 0..<3 {
            for _ in 0..<1_000 {
                while !inFlight.isEmpty { deliver() }
                _ = settle()
                judge()
                check("at rest")
                if !doWhatIsNeeded(), inFlight.isEmpty { break }
            }
            send([model.heartbeat()])
        }
        deliver()
    }

    /// What has to hold at any moment.
    func check(_ what: String) {
        let shown = machine.shown
        // Without a server this clock is the only one: what it says of what is due, is shown.
        guard isConnected else { return }
        guard shown.isLoaded, !machine.isFromFile else { return }
        #expect(model.isRight(shown), "\(what): generation \(shown.generation) is not what it was")
        #expect(shown.generation >= newestGeneration[shown.epoch] ?? 0, "\(what): grew older")
        newestGeneration[shown.epoch] = shown.generation
    }
}

@Suite struct ReplicaMachineTests {
    private func change(_ random: inout SeededGenerator) -> ReferenceDelta {
        let id = UInt32.random(in: 4..<20, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 6:
            // One row takes the names of another one that may be served as its last good record.
            var row = Tables.symbol(id, exchangeId: 1, precisionPrice: 7)
            let other = Tables.symbol(UInt32.random(in: 1..<5, using: &random) * 4, exchangeId: 1)
            (row.symbolString, row.baseAsset) = (other.symbolString, other.baseAsset)
            return ReferenceDelta(symbols: [row])
        case 7:
            return ReferenceDelta(refused: [
                RefusedRow(table: .symbol, id: Int64(id), reason: "tick_size: NaN", exchangeId: UInt16(id % 4) + 1)
            ])
        case 5:
            var row = Tables.symbol(id, exchangeId: UInt16(id % 4) + 1)
            row.delistsAt = Contracts.time(hours: Int.random(in: 0..<100, using: &random))
            return ReferenceDelta(symbols: [row])
        case 0: return ReferenceDelta(deletedSymbolIds: [id])
        case 1:
            let isActive = Bool.random(using: &random)
            return ReferenceDelta(exchanges: [Tables.exchange(2, "BETA_FUTURES", isActive: isActive)])
        case 2:
            // Two symbols change places within one generation.
            var (one, two) = (Tables.symbol(4, exchangeId: 1), Tables.symbol(8, exchangeId: 1))
            if Bool.random(using: &random) {
                (one.symbolString, two.symbolString) = (two.symbolString, one.symbolString)
                (one.baseAsset, two.baseAsset) = (two.baseAsset, one.baseAsset)
            }
            return ReferenceDelta(symbols: [one, two])
        default:
            let precision = UInt8.random(in: 1..<10, using: &random)
            return ReferenceDelta(symbols: [
                Tables.symbol(id, exchangeId: UInt16(id % 4) + 1, precisionPrice: precision)
            ])
        }
    }

    /// Whatever the line does: what is shown is whole and of a generation that was, it never grows older, and at rest
    /// it is live and equal to the server.
    @Test(.scenario(.pushRemoved), arguments: 0..<8) func anyScheduleEndsLiveAndShowsOnlyWhatWas(_ part: Int) {
        for _ in 0..<20 {
            var random = SeededGenerator()
            let model = ReplicaModel(historyCountMax: Int.random(in: 1...8, using: &random))
            let line = ReplicaOnALine(model)
            line.skewHours = Int64.random(in: -2...2, using: &random)
            for step in 0..<80 {
                switch Int.random(in: 0..<28, using: &random) {
                case 0..<6: line.send(model.publish(change(&random)))
                case 6: line.send(model.publish(change(&random), changesMax: 0))
                case 7..<13: line.deliver()
                case 13: line.lose()
                case 14: line.deliver(times: 2)
                case 15: line.swapNext()
                case 16: line.disconnect()
                case 17: line.send([model.heartbeat()])
                case 18: model.renewImage()
                case 19 where step % 20 == 0:
                    model.restart()
                    line.disconnect()
                case 20: line.send(model.pass(hours: Int64.random(in: 0...12, using: &random)))
                case 21: line.send(model.pass(hours: Int64.random(in: -8...0, using: &random)))
                case 22: line.judge()
                default: _ = line.doWhatIsNeeded()
                }
                if Bool.random(using: &random) { _ = line.settle() }
                line.check("step \(step)")
            }
            line.comeToRest()
            #expect(line.machine.state == .live, "\(random)")
            #expect(model.isCurrent(line.machine.shown, isAhead: line.skewHours > 0), "\(random)")
        }
    }

    private func liveLine() -> ReplicaOnALine {
        let line = ReplicaOnALine(ReplicaModel())
        line.comeToRest()
        #expect(line.machine.state == .live)
        return line
    }

    @Test func aHoleIsStaleUntilItIsFilled() {
        let line = liveLine()
        line.send(line.model.publish(ReferenceDelta(deletedSymbolIds: [4])))
        line.send(line.model.publish(ReferenceDelta(deletedSymbolIds: [5])))
        line.lose()
        line.deliver()
        #expect(!line.settle() && line.machine.state == .stale)
        #expect(line.machine.need == .subscription(after: .init(epoch: 7, sequence: 0)))
        line.comeToRest()
        #expect(line.machine.state == .live && line.model.isCurrent(line.machine.shown))
    }

    @Test func aHeartbeatTellsOfALossWithoutSuccessor() {
        let line = liveLine()
        line.send(line.model.publish(ReferenceDelta(deletedSymbolIds: [4])))
        line.lose()
        line.send([line.model.heartbeat()])
        line.deliver()
        #expect(line.machine.state == .stale)
    }

    @Test func duplicatesChangeNothing() {
        let line = liveLine()
        line.send(line.model.publish(ReferenceDelta(symbols: [Tables.symbol(4, exchangeId: 1, precisionPrice: 2)])))
        line.deliver(times: 3)
        #expect(line.isConnected && line.settle() && line.machine.state == .live)
        #expect(line.machine.need == .nothing && line.model.isCurrent(line.machine.shown))
    }

    /// A push tells of the table and of what is due apart from one another. So a clock that is behind brings back what
    /// was due while there is no server, and the server's word counts again when it is back.
    @Test func aServerAheadIsBelievedWhileItIsThere() {
        let line = liveLine()
        line.skewHours = -2
        var row = Tables.symbol(4, exchangeId: 1)
        row.delistsAt = Contracts.time(hours: 3)
        var isLive: Bool { line.machine.shown.symbolRecord(id: 4).flags.contains(.active) }
        line.send(line.model.publish(ReferenceDelta(symbols: [row])) + line.model.pass(hours: 4))
        line.comeToRest()
        #expect(!isLive && line.model.isCurrent(line.machine.shown))
        line.disconnect()
        line.judge()
        #expect(isLive)
        line.comeToRest()
        #expect(!isLive && line.model.isCurrent(line.machine.shown))
        // Both clocks are set back.
        line.send(line.model.pass(hours: -2))
        line.comeToRest()
        #expect(isLive && line.model.isCurrent(line.machine.shown))
    }

    /// Half of a generation is nobody's state.
    @Test func aGenerationIsShownWholeOrNotAtAll() {
        let line = liveLine()
        let frames = line.model.publish(
            ReferenceDelta(
                symbols: (4..<8).map { Tables.symbol($0, exchangeId: UInt16($0 % 4) + 1, precisionPrice: 1) }))
        #expect(frames.count == 4)
        line.send(frames)
        for _ in 0..<3 {
            line.deliver()
            #expect(!line.settle() && line.machine.shown.generation == 3)
        }
        line.deliver()
        #expect(line.settle() && line.machine.shown.generation == 4)
    }

    @Test(.scenario(.changeRacesReply, .olderTick)) func anOlderImageDoesNotReplaceWhatIsShown() {
        let line = liveLine()
        line.send(line.model.publish(ReferenceDelta(deletedSymbolIds: [4])))
        line.deliver()
        #expect(line.settle() && line.machine.shown.generation == 4)
        let image = line.model.image
        #expect(image.snapshot.generation == 3)
        #expect(!line.take(image))
        line.send(line.model.publish(ReferenceDelta(deletedSymbolIds: [5]), changesMax: 0))
        line.deliver()
        #expect(line.machine.state == .stale && line.machine.need == .image(generationMin: 5))
        #expect(!line.take(image))
        #expect(line.machine.shown.generation == 4)
    }

    @Test(.scenario(.serverFrozen)) func silenceIsStaleAndASoundEndsIt() {
        let line = liveLine()
        line.machine.becameSilent()
        #expect(line.machine.state == .stale)
        line.machine.heard()
        #expect(line.machine.state == .live)
    }

    @Test func aFileIsSaidToBeOne() {
        let model = ReplicaModel()
        let line = ReplicaOnALine(model)
        line.machine = ReplicaMachine(Tables.snapshot(symbolCount: 2, epoch: 6), isFromFile: true)
        #expect(line.machine.state == .fromFile && line.machine.isFromFile)
        line.comeToRest()
        #expect(line.machine.state == .live && !line.machine.isFromFile)
        line.disconnect()
        #expect(line.machine.state == .stale)
    }

    /// A row whose newest version was refused is more than its record: only an image has all of it.
    @Test func aRefusedRowIsFetchedWithTheImage() {
        let line = liveLine()
        line.send(
            line.model.publish(
                ReferenceDelta(refused: [RefusedRow(table: .symbol, id: 4, reason: "NaN", exchangeId: 1)])))
        line.deliver()
        _ = line.settle()
        #expect(line.machine.need == .image(generationMin: 4))
        line.comeToRest()
        #expect(line.machine.shown.symbolRecord(id: 4).flags.contains(.lastGood))
    }

    /// A row that says of itself that its rules are the last good ones is whole in its record, and changes like others.
    @Test func aMarkedRowIsApplied() {
        let line = liveLine()
        var marked = Tables.symbol(4, exchangeId: 1, precisionPrice: 5)
        marked.isLastGood = true
        line.send(line.model.publish(ReferenceDelta(symbols: [marked])))
        line.deliver()
        _ = line.settle()
        #expect(line.machine.state == .live && line.machine.shown.generation == line.model.snapshot.generation)
        let (shown, published) = (line.machine.shown.symbolRecord(id: 4), line.model.snapshot.symbolRecord(id: 4))
        #expect(shown.record.isLastGood && shown.record == published.record)
        #expect(shown.flags.contains(.lastGood) && shown.flags == published.flags)
    }

    /// A row takes the names of another one that was refused and served as its last good record. That one goes, and is
    /// still refused, which the pushes do not say.
    @Test func aLastGoodRecordThatGivesWayStaysRefused() {
        let line = liveLine()
        line.send(
            line.model.publish(
                ReferenceDelta(refused: [RefusedRow(table: .symbol, id: 4, reason: "NaN", exchangeId: 1)])))
        line.comeToRest()
        #expect(line.machine.shown.symbolRecord(id: 4).flags.contains(.lastGood))
        var claimant = Tables.symbol(8, exchangeId: 1)
        let given = Tables.symbol(4, exchangeId: 1)
        (claimant.symbolString, claimant.baseAsset) = (given.symbolString, given.baseAsset)
        let frames = line.model.publish(ReferenceDelta(symbols: [claimant]))
        #expect(frames.count == 2, "the one and the other, and no \"everything\"")
        line.send(frames)
        for _ in frames { line.deliver() }
        #expect(!line.settle() && line.machine.state == .stale)
        line.comeToRest()
        #expect(line.machine.state == .live && line.model.isCurrent(line.machine.shown))
        #expect(line.machine.shown.symbolRecord(id: 4).status == .refused)
    }

    @Test func theBufferIsBounded() {
        let line = ReplicaOnALine(ReplicaModel())
        _ = line.doWhatIsNeeded()
        let count = ReplicaMachine.bufferedChangeCountMax + 5
        for number in 1...count {
            let change = ReferencePush(
                change: ReferenceChange(kind: .symbol, action: .remove, id: 4), epoch: 7, sequence: UInt64(number),
                generation: UInt64(number + 3), isLastOfGeneration: true)
            line.machine.take(.change(change))
        }
        // What was let go of has to come with the image.
        #expect(line.machine.need == .image(generationMin: UInt64(ReplicaMachine.bufferedChangeCountMax + 1 + 3)))
    }
}
