import EventLoop
import LookupServer
import ReferenceData
import SymbologyClient
import Synchronization
import TestSupport

/// A real server on a Unix socket of its own and a free TCP port.
final class ServerFixture: Sendable {
    let server: SymbologyServer
    let unix: ServerAddress
    let tcp: ServerAddress
    let folder: TemporaryFolder
    private let snapshot = Mutex<Snapshot?>(nil)

    init(
        _ snapshot: Snapshot, in folder: TemporaryFolder = TemporaryFolder(),
        _ adjust: (inout LookupServerConfiguration) -> Void = { _ in }
    ) throws {
        self.folder = folder
        var configuration = LookupServerConfiguration(addresses: [
            .unix(path: folder.path("s")), .tcp(host: "127.0.0.1", port: 0),
        ])
        configuration.environment = "test"
        configuration.serverVersion = "0.1.0"
        adjust(&configuration)
        server = SymbologyServer(configuration: configuration, snapshot: snapshot)
        let bound = try server.start().compactMap { ServerAddress($0.description) }
        (unix, tcp) = (bound[0], bound[1])
        self.snapshot.withLock { $0 = snapshot }
        publishImage()
    }

    deinit { stop() }

    func stop() { server.stop(deadlineMilliseconds: 100) }

    /// Publishes a change of the tables, and returns what is then served.
    @discardableResult
    func publish(_ delta: ReferenceDelta) -> Snapshot {
        snapshot.withLock { current in
            let next = current!.applying(delta, generation: current!.generation + 1, databaseSnapshot: "100:201:")
            server.publish(
                SnapshotUpdate(
                    snapshot: next.snapshot, changes: next.changes,
                    state: SourceState(databaseConnected: true, isLoaded: true)))
            current = next.snapshot
            return next.snapshot
        }
    }

    /// Judges what is served at another time, as a feed does when something is due.
    @discardableResult
    func judge(at time: Timestamp) -> Snapshot {
        snapshot.withLock { current in
            let (judged, changes) = current!.judged(at: time)
            let next = judged.renumbered(current!.generation + 1)
            server.publish(
                SnapshotUpdate(
                    snapshot: next, changes: changes, state: SourceState(databaseConnected: true, isLoaded: true)))
            current = next
            return next
        }
    }

    /// Publishes how the source is doing, and nothing else.
    func publish(_ state: SourceState) {
        snapshot.withLock { server.publish(SnapshotUpdate(snapshot: $0!, changes: [], state: state)) }
    }

    /// Gives the server an image of what it serves, as its feed does after changes.
    func publishImage() {
        snapshot.withLock { current in
            let base = current!.rewritten()
            server.publish(
                SnapshotUpdate(
                    snapshot: base, changes: [], state: SourceState(databaseConnected: true, isLoaded: true),
                    image: SnapshotImage(base, confirmedAt: Timestamp(microsecondsSince1970: 1_700_000_000_000_000))))
            current = base
        }
    }

    static func options(_ adjust: (inout ClientOptions) -> Void = { _ in }) -> ClientOptions {
        var options = ClientOptions(environment: "test", clientName: "client tests")
        options.requestTimeoutMilliseconds = patienceMilliseconds
        adjust(&options)
        return options
    }
}

/// Tables for tests.
enum Tables {
    static func exchange(_ id: UInt16, _ code: String, isActive: Bool = true) -> Exchange {
        Exchange(
            id: id, name: code.lowercased(), enumValue: code, displayName: "Venue \(id) — é",
            marketType: id % 2 == 0 ? .futures : .spot, isActive: isActive,
            baseURL: id == 1 ? "https://venue.example/api" : nil, rateLimitRequestsPerSecond: id == 1 ? 10 : nil,
            precisionDefault: id == 2 ? nil : 8, createdAt: Timestamp(microsecondsSince1970: 1_700_000_000_000_001))
    }

    static func symbol(_ id: UInt32, exchangeId: UInt16, precisionPrice: UInt8 = 5) -> SymbolRecord {
        // Perpetuals on exchanges of futures: what pairs are asked for there.
        let isPerpetual = exchangeId % 2 == 0
        return SymbolRecord(
            id: id, exchangeId: exchangeId, isActive: id % 10 != 3, kind: isPerpetual ? .perpetual : .spot,
            settleAsset: AssetText(isPerpetual ? "USDT" : "")!, payoff: isPerpetual ? .linear : nil, precisionBase: 6,
            precisionQuote: 4,
            precisionPrice: precisionPrice, symbolString: SymbolText("C\(id / 4)_USDT")!,
            baseAsset: AssetText("C\(id / 4)")!, quoteAsset: AssetText("USDT")!, minOrderSize: DecimalValue("0.00012")!,
            tickSize: DecimalValue("0.01")!, stepSize: DecimalValue("1000")!, minNotional: DecimalValue("5.5")!,
            lastSeen: Timestamp(microsecondsSince1970: -5))
    }

    /// Four exchanges, the last inactive; each pair is listed by all of them.
    static func snapshot(symbolCount: UInt32 = 400, epoch: UInt64 = 7, generation: UInt64 = 3) -> Snapshot {
        let content = ReferenceContent(
            exchanges: [
                exchange(1, "ALPHA_SPOT"), exchange(2, "BETA_FUTURES"), exchange(3, "GAMMA_SPOT"),
                exchange(4, "GONE_FUTURES", isActive: false),
            ],
            symbols: (0..<symbolCount).map { symbol($0 + 4, exchangeId: UInt16($0 % 4) + 1) })
        return Snapshot.build(content, epoch: epoch, generation: generation, databaseSnapshot: "100:200:150")
    }

    static func keys(symbolCount: UInt32 = 400) -> [SymbolKey] {
        (0..<symbolCount).map { symbol($0 + 4, exchangeId: UInt16($0 % 4) + 1).symbolKey }
    }
}
