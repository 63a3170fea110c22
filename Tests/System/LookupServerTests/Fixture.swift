import EventLoop
import Glibc
import LookupServer
import ReferenceData
import SymbologyWire
import Synchronization

/// Reference data for tests: two active exchanges, an inactive one, `symbolCount` symbols dealt out among them.
enum Fixture {
    static let epoch: UInt64 = 77

    static func exchange(_ id: UInt16, _ code: String, isActive: Bool = true) -> Exchange {
        Exchange(
            id: id, name: code.lowercased(), enumValue: code, displayName: "Venue \(id)",
            marketType: id == 2 ? .futures : .spot, isActive: isActive, baseURL: "https://venue\(id).example",
            rateLimitRequestsPerSecond: 100, precisionDefault: 8)
    }

    /// Symbol 3, 13, 23 … are inactive; those on exchange 2 are perpetuals.
    static func symbol(_ id: UInt32, exchangeId: UInt16) -> SymbolRecord {
        SymbolRecord(
            id: id, exchangeId: exchangeId, isActive: id % 10 != 3, kind: exchangeId == 2 ? .perpetual : .spot,
            settleAsset: exchangeId == 2 ? AssetText("USDT")! : AssetText(), payoff: exchangeId == 2 ? .linear : nil,
            precisionBase: 6, precisionQuote: 4,
            precisionPrice: UInt8(id % 8) + 1, symbolString: SymbolText("C\(id)_USDT")!,
            baseAsset: AssetText("C\(id)")!, quoteAsset: AssetText("USDT")!, tickSize: DecimalValue("0.01")!)
    }

    static func content(symbolCount: Int) -> ReferenceContent {
        ReferenceContent(
            exchanges: [
                exchange(1, "ALPHA_SPOT"), exchange(2, "BETA_FUTURES"), exchange(3, "GONE_SPOT", isActive: false),
            ],
            symbols: (1...max(1, symbolCount)).map { symbol(UInt32($0), exchangeId: UInt16($0 % 3) + 1) })
    }

    static func snapshot(symbolCount: Int = 100, generation: UInt64 = 1) -> Snapshot {
        Snapshot.build(
            content(symbolCount: symbolCount), epoch: epoch, generation: generation, databaseSnapshot: "100:200:")
    }

    static func exchangeId(ofSymbol id: UInt32) -> UInt16 { UInt16(id % 3) + 1 }

    /// A price precision for each of many updates: none is that of the one before, or of symbol 1 at first.
    static func precision(_ step: Int) -> UInt8 { UInt8((step + 2) % 18) + 1 }

    /// The same tables a generation later, with another price precision for symbol 1.
    static func update(_ snapshot: Snapshot, precisionPrice: UInt8) -> SnapshotUpdate {
        var record = symbol(1, exchangeId: exchangeId(ofSymbol: 1))
        record.precisionPrice = precisionPrice
        let next = snapshot.applying(
            ReferenceDelta(symbols: [record]), generation: snapshot.generation + 1, databaseSnapshot: "100:201:")
        return SnapshotUpdate(
            snapshot: next.snapshot, changes: next.changes, state: SourceState(databaseConnected: true, isLoaded: true))
    }
}

/// Request frames by the protocol's own writers.
enum Request {
    static func make(_ write: (UnsafeMutableRawPointer) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: WireLimits.requestByteCountMax) { buffer, count in
            let frame = UnsafeMutableRawPointer(buffer.baseAddress!)
            write(frame)
            count = FrameHeaderView(frame).frameByteCount
        }
    }

    static func resolveSymbol(_ id: UInt32, _ exchangeId: UInt16, _ symbol: String) -> [UInt8] {
        make { ResolveSymbolView.write(to: $0, requestId: id, exchangeId: exchangeId, symbolText: symbol.utf8) }
    }

    /// Resolves a symbol of the fixture by its string.
    static func resolveSymbol(_ requestId: UInt32, ofFixture id: UInt32) -> [UInt8] {
        resolveSymbol(requestId, Fixture.exchangeId(ofSymbol: id), "C\(id)_USDT")
    }

    static func resolvePair(_ id: UInt32, _ exchangeId: UInt16, _ base: String, _ quote: String) -> [UInt8] {
        make {
            ResolvePairView.write(
                to: $0, requestId: id, exchangeId: exchangeId, baseAsset: base.utf8, quoteAsset: quote.utf8)
        }
    }

    static func resolveUnified(_ id: UInt32, _ exchangeId: UInt16, _ name: String) -> [UInt8] {
        make { ResolveUnifiedView.write(to: $0, requestId: id, exchangeId: exchangeId, unifiedName: name.utf8) }
    }

    static func resolveByCode(_ id: UInt32, _ code: String, _ symbol: String) -> [UInt8] {
        make { ResolveByCodeView.write(to: $0, requestId: id, code: code.utf8, symbolText: symbol.utf8) }
    }

    static func resolveExchange(_ id: UInt32, _ code: String) -> [UInt8] {
        make { ResolveExchangeView.write(to: $0, requestId: id, code: code.utf8) }
    }

    static func getSymbol(_ id: UInt32, _ symbolId: UInt32) -> [UInt8] {
        make { GetSymbolView.write(to: $0, requestId: id, symbolId: symbolId) }
    }

    static func getExchange(_ id: UInt32, _ exchangeId: UInt16) -> [UInt8] {
        make { GetExchangeView.write(to: $0, requestId: id, exchangeId: exchangeId) }
    }

    static func listSymbols(
        _ id: UInt32, exchangeId: UInt16 = 0, activeOnly: Bool = false, after: UInt32 = 0, limit: UInt32 = 0,
        generation: UInt64 = 0
    ) -> [UInt8] {
        make {
            ListSymbolsView.write(
                to: $0, requestId: id, exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: after,
                countMax: limit, expectedGeneration: generation)
        }
    }

    static func listExchanges(_ id: UInt32, after: UInt16 = 0, limit: UInt32 = 0) -> [UInt8] {
        make {
            ListExchangesView.write(
                to: $0, requestId: id, marketType: nil, activeOnly: false, afterExchangeId: after, countMax: limit,
                expectedGeneration: 0)
        }
    }

    static func findPair(
        _ id: UInt32, _ base: String, _ quote: String, kinds: InstrumentKinds = [], activeOnly: Bool = false,
        after: UInt32 = 0, limit: UInt32 = 0, generation: UInt64 = 0
    ) -> [UInt8] {
        make {
            FindPairView.write(
                to: $0, requestId: id, kinds: kinds, activeOnly: activeOnly, afterSymbolId: after, countMax: limit,
                expectedGeneration: generation, baseAsset: base.utf8, quoteAsset: quote.utf8)
        }
    }

    static func listContracts(
        _ id: UInt32, exchangeId: UInt16 = 0, _ base: String, _ quote: String, kinds: InstrumentKinds = [],
        expiresFrom: Int64? = nil, expiresTo: Int64? = nil, activeOnly: Bool = false, after: UInt32 = 0,
        limit: UInt32 = 0, generation: UInt64 = 0
    ) -> [UInt8] {
        make {
            ListContractsView.write(
                to: $0, requestId: id, exchangeId: exchangeId, kinds: kinds, activeOnly: activeOnly,
                afterSymbolId: after, countMax: limit, expectedGeneration: generation, expiresFrom: expiresFrom,
                expiresTo: expiresTo, baseAsset: base.utf8, quoteAsset: quote.utf8)
        }
    }

    static func search(
        _ id: UInt32, _ text: String, mode: SearchMode = .prefix, exchangeId: UInt16 = 0,
        activeOnly: Bool = false, limit: UInt16 = 0
    ) -> [UInt8] {
        make {
            SearchSymbolsView.write(
                to: $0, requestId: id, exchangeId: exchangeId, mode: mode, activeOnly: activeOnly, countMax: limit,
                text: text.utf8)
        }
    }

    static func listPairs(
        _ id: UInt32, venueCountMin: UInt16 = 2, activeOnly: Bool = false, after: UInt32 = 0, limit: UInt32 = 0,
        generation: UInt64 = 0
    ) -> [UInt8] {
        make {
            ListPairsView.write(
                to: $0, requestId: id, venueCountMin: venueCountMin, activeOnly: activeOnly,
                afterSymbolId: after, countMax: limit, expectedGeneration: generation)
        }
    }

    static func listAssets(
        _ id: UInt32, exchangeId: UInt16 = 0, activeOnly: Bool = false, after: String = "", limit: UInt32 = 0,
        generation: UInt64 = 0
    ) -> [UInt8] {
        make {
            ListAssetsView.write(
                to: $0, requestId: id, exchangeId: exchangeId, activeOnly: activeOnly, countMax: limit,
                expectedGeneration: generation, afterAsset: after.utf8)
        }
    }

    static func ping(_ id: UInt32, token: UInt64) -> [UInt8] {
        make { PingView.write(to: $0, requestId: id, token: token) }
    }

    static func subscribe(_ id: UInt32, epoch: UInt64 = 0, sequence: UInt64 = 0, records: Bool = false) -> [UInt8] {
        make {
            SubscribeView.write(
                to: $0, requestId: id, flags: records ? .withRecords : [], epoch: epoch,
                sequence: sequence)
        }
    }

    static func unsubscribe(_ id: UInt32) -> [UInt8] { make { UnsubscribeView.write(to: $0, requestId: id) } }
    static func getStatus(_ id: UInt32) -> [UInt8] { make { GetStatusView.write(to: $0, requestId: id) } }

    static func getSnapshot(_ id: UInt32, sendBytes: Bool = false) -> [UInt8] {
        make {
            GetSnapshotView.write(to: $0, requestId: id, flags: sendBytes ? .sendBytes : [])
        }
    }

    static func beginBatch(_ id: UInt32, count: UInt32) -> [UInt8] {
        make { BeginBatchView.write(to: $0, requestId: id, count: count) }
    }

    static func hello(_ id: UInt32, environment: String = "") -> [UInt8] {
        make {
            HelloView.write(to: $0, requestId: id, clientName: "test".utf8, environment: environment.utf8)
        }
    }
}

/// A frame that arrived.
struct Frame: Hashable, CustomStringConvertible {
    let bytes: [UInt8]

    var template: Template? { bytes.withUnsafeBytes { FrameHeaderView($0.baseAddress!).template } }
    var requestId: UInt32 { bytes.withUnsafeBytes { FrameHeaderView($0.baseAddress!).requestId } }
    var description: String { "\(template.map { "\($0)" } ?? "?")#\(requestId)" }

    func read<View: MessageView, Value>(_ type: View.Type, _ body: (View) -> Value) -> Value {
        precondition(template == View.template, "expected \(View.template), got \(self)")
        return bytes.withUnsafeBytes { body(View($0.baseAddress!)) }
    }

    var resolution: (status: ResolutionStatus?, symbolId: UInt32, precisionPrice: UInt8, generation: UInt64) {
        read(SymbolResolutionView.self) { ($0.status, $0.symbolId, $0.pricePrecision ?? .max, $0.generation) }
    }
    var rejectReason: RejectReason { read(RejectedView.self) { $0.reason } }

    /// Cuts whole frames off the front of `bytes`.
    static func cut(_ bytes: inout [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        var offset = 0
        cutting: while true {
            let step = bytes.withUnsafeBytes { Framing.nextResponse(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
            guard case .frame(let count) = step else { break cutting }
            frames.append(Frame(bytes: Array(bytes[offset..<offset + count])))
            offset += count
        }
        bytes.removeFirst(offset)
        return frames
    }
}
