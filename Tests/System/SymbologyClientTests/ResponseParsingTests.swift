import Foundation
import Platform
import ReferenceData
import SymbologyWire
import Testing

@testable import SymbologyClient

/// The client's values say what the vectors' fields say.
@Suite struct ResponseParsingTests {
    private func parse<Value>(
        _ file: String, _ body: (UnsafeRawPointer) -> Value?
    ) throws -> (value: Value, fields: [String: Any]) {
        let vector = try #require(try serverVectorFiles().first { $0.name == "\(file).json" })
        let value = vector.frame.withUnsafeBytes { body($0.baseAddress!) }
        return (try #require(value), vector.fields)
    }

    private func number(_ fields: [String: Any], _ name: String) -> UInt64? {
        (fields[name] as? NSNumber)?.uint64Value
    }

    @Test func symbols() throws {
        let (record, fields) = try parse("103_SymbolRecord") { ResponseParsing.symbolRecord(SymbolRecordView($0)) }
        #expect(
            UInt64(record.id) == number(fields, "symbolId") && UInt64(record.exchangeId) == number(fields, "exchangeId")
        )
        #expect(record.symbolString.description == fields["symbolText"] as? String)
        #expect(record.baseAsset.description == fields["baseAsset"] as? String)
        #expect(record.quoteAsset.description == fields["quoteAsset"] as? String)
        #expect((record.precisionPrice, record.precisionBase, record.precisionQuote) == (1, 6, 8))
        #expect(record.minOrderSize.description == "0.00012" && record.maxOrderSize.description == "1000")
        #expect(record.tickSize.description == "0.5" && record.stepSize.description == "0.000001")
        #expect(record.minNotional.description == "5")
        #expect(record.createdAt.microsecondsSince1970 == (fields["createdAt"] as? NSNumber)?.int64Value)
        #expect(record.updatedAt.microsecondsSince1970 == (fields["updatedAt"] as? NSNumber)?.int64Value)
        #expect(record.lastSeen.microsecondsSince1970 == (fields["lastSeen"] as? NSNumber)?.int64Value)
        #expect(record.isActive)

        let (pushed, _) = try parse("103_SymbolRecord_pushed") { ResponseParsing.symbolRecord(SymbolRecordView($0)) }
        #expect(pushed.symbolString.description == "ЖУК_USDT" && !pushed.isActive)
        #expect(pushed.minOrderSize.description == "9999999999.99999999")
        #expect(pushed.maxOrderSize.description == "9999999999999" && pushed.tickSize.description == "0.0000000000001")
        #expect((pushed.precisionPrice, pushed.precisionBase, pushed.precisionQuote) == (254, 0, 8))
        #expect(pushed.stepSize.isAbsent && pushed.kind == .spot && pushed.payoff == nil && pushed.optionType == nil)
        #expect(pushed.delistsAt.microsecondsSince1970 == 1_795_219_400_000_000)
        #expect(pushed.createdAt.microsecondsSince1970 == -1)
    }

    @Test func exchanges() throws {
        let (exchange, fields) = try parse("104_ExchangeRecord") { ResponseParsing.exchange(ExchangeRecordView($0)) }
        #expect(exchange.id == 258 && exchange.marketType == .futures && exchange.isActive)
        #expect(exchange.enumValue == fields["enumValue"] as? String && exchange.name == fields["name"] as? String)
        #expect(exchange.displayName == fields["displayName"] as? String)
        #expect(exchange.baseURL == fields["baseURL"] as? String)
        #expect(exchange.websocketURL == fields["websocketURL"] as? String)
        #expect(exchange.rateLimitRequestsPerSecond == 20 && exchange.precisionDefault == 8)

        let (bare, _) = try parse("104_ExchangeRecord_nulls") { ResponseParsing.exchange(ExchangeRecordView($0)) }
        #expect(bare.baseURL == nil && bare.websocketURL == nil && bare.rateLimitRequestsPerSecond == nil)
        #expect(bare.precisionDefault == nil && bare.createdAt.isAbsent && bare.updatedAt.isAbsent && !bare.isActive)
    }

    @Test func resolutions() throws {
        let (answer, _) = try parse("101_SymbolResolution") { ResponseParsing.resolution(SymbolResolutionView($0)) }
        #expect(
            answer
                == SymbolResolution(
                    status: .ok, flags: [.active, .exchangeActive], exchangeId: 2, symbolId: 4711, precisionPrice: 1,
                    precisionBase: 6, precisionQuote: 8, generation: 1029))
    }

    @Test func pushes() throws {
        let (change, fields) = try parse("106_Change") { ResponseParsing.change(ChangeView($0)) }
        #expect(change.change == ReferenceChange(kind: .symbol, action: .modify, id: 4711))
        #expect(change.sequence == number(fields, "sequence") && change.epoch == number(fields, "epoch"))
        #expect(change.generation == number(fields, "generation") && change.isLastOfGeneration)
        let (all, _) = try parse("106_Change_everything") { ResponseParsing.change(ChangeView($0)) }
        #expect(all.change.kind == .everything)

        let (heartbeat, _) = try parse("107_Heartbeat") { ResponseParsing.heartbeat(HeartbeatView($0)) }
        #expect(heartbeat.ageMilliseconds == 250 && heartbeat.isDatabaseConnected && heartbeat.isLoaded)
        let (early, _) = try parse("107_Heartbeat_not_loaded") { ResponseParsing.heartbeat(HeartbeatView($0)) }
        #expect(early.ageMilliseconds == nil && !early.isLoaded)
    }

    @Test func descriptionsOfTheServer() throws {
        let (status, fields) = try parse("109_ServerStatus") { ResponseParsing.status(ServerStatusView($0)) }
        let pairs: [(String, UInt64?)] = [
            ("epoch", status.epoch), ("generation", status.generation), ("sequence", status.sequence),
            ("exchangeCount", UInt64(status.exchangeCount)), ("symbolActiveCount", UInt64(status.symbolActiveCount)),
            ("exchangeActiveCount", UInt64(status.exchangeActiveCount)), ("symbolCount", UInt64(status.symbolCount)),
            ("imageByteCount", status.imageByteCount), ("ageMilliseconds", status.ageMilliseconds),
            ("uptimeMilliseconds", status.uptimeMilliseconds), ("clientCount", UInt64(status.clientCount)),
            ("subscriberCount", UInt64(status.subscriberCount)), ("lookupCount", status.lookupCount),
            ("hitCount", status.hitCount), ("missCount", status.missCount), ("refreshCount", status.refreshCount),
            ("refreshMicroseconds", status.refreshMicroseconds), ("driftCount", status.driftCount),
            ("refusedCount", UInt64(status.refusedCount)), ("processId", UInt64(status.processId)),
            ("latencyP50Nanoseconds", status.latencyP50Nanoseconds), ("rejectedCount", status.rejectedCount),
            ("latencyP99Nanoseconds", status.latencyP99Nanoseconds), ("pushCount", status.pushCount),
            ("latencyP999Nanoseconds", status.latencyP999Nanoseconds),
        ]
        for (name, value) in pairs { #expect(value == number(fields, name), "\(name)") }
        #expect(status.databaseSnapshot == fields["databaseSnapshot"] as? String)

        let (early, _) = try parse("109_ServerStatus_not_measured") { ResponseParsing.status(ServerStatusView($0)) }
        #expect(early.ageMilliseconds == nil && early.latencyP50Nanoseconds == nil && early.refreshMicroseconds == nil)

        let (welcome, limits) = try parse("112_Welcome") { ResponseParsing.welcome(WelcomeView($0)) }
        #expect(welcome.systemIdentifier == number(limits, "systemIdentifier") && welcome.environment == "production")
        #expect(UInt64(welcome.windowCountMax) == number(limits, "windowCountMax") && welcome.serverVersion == "0.1.0")
        #expect(UInt64(welcome.batchCountMax) == number(limits, "batchCountMax"))
        #expect(welcome.idleMilliseconds == 600_000)
        let (unknown, _) = try parse("112_Welcome_nulls") { ResponseParsing.welcome(WelcomeView($0)) }
        #expect(unknown.systemIdentifier == nil && unknown.idleMilliseconds == nil)
    }

    @Test func noTimeIsTooLongToWait() {
        var options = ClientOptions()
        options.backoffMillisecondsMin = .max
        options.backoffMillisecondsMax = .max
        var backoff = options.backoff
        for _ in 0..<100 { #expect(backoff.next().nanoseconds < .max) }
        #expect(Deadline(nanoseconds: .max).pollMilliseconds == -1)
        #expect(Deadline(nanoseconds: .max - 1).pollMilliseconds == .max)
        #expect(Deadline(nanoseconds: 0).pollMilliseconds == 0)
        #expect(!Deadline.after(milliseconds: .max).isOver)
    }

    @Test func addressesShareTheTimeThatIsLeft() {
        let deadline = Deadline(nanoseconds: 1_000, milliseconds: 7)
        #expect(deadline.share(among: 3, at: 400).nanoseconds == 600)
        #expect(deadline.share(among: 3, at: 400).milliseconds == 7)
        #expect(deadline.share(among: 2, at: 600).nanoseconds == 800)
        #expect(deadline.share(among: 1, at: 800).nanoseconds == 1_000)
        #expect(deadline.share(among: 2, at: 1_001).nanoseconds == 1_000)
        #expect(Deadline.never.share(among: 2, at: 5).nanoseconds == .max)
    }

    @Test func pushesThatNobodyTakesOverflowIntoOneNotice() {
        var tracker = PushTracker()
        tracker.begin(
            Subscription(isResumed: false, epoch: 7, sequence: 0, generation: 1, heartbeatMilliseconds: 0))
        let count = PushQueue.countMax + 5
        for sequence in 1...count {
            let frame = Reply.change(sequence: UInt64(sequence))
            #expect(frame.withUnsafeBytes { tracker.take(ChangeView($0.baseAddress!)) } == nil)
        }
        #expect(tracker.next() == .missed(.overflow))
        var rest: [UInt64] = []
        while case .change(let change)? = tracker.next() { rest.append(change.sequence) }
        #expect(rest == (UInt64(count - 4)...UInt64(count)).map { $0 })
        #expect(!tracker.hasPending)
    }
}
