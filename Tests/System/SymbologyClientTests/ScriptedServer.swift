import Foundation
import ReferenceData
import SymbologyClient
import SymbologyWire
import TestSupport

/// A peer that says what a test wants: each connection is answered by the script, on a thread of its own, and closed
/// when the script returns.
final class ScriptedServer: Sendable {
    struct Peer {
        let descriptor: Int32

        /// False when the client went away.
        @discardableResult
        func send(_ bytes: [UInt8]) -> Bool {
            var start = 0
            while start < bytes.count {
                let count = bytes[start...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                start += count
            }
            return true
        }

        /// The next request, nil when the client went away.
        func receive() -> [UInt8]? {
            var request = [UInt8](repeating: 0, count: WireLimits.requestByteCount)
            guard fill(&request, from: 0) else { return nil }
            let byteCount = request.withUnsafeBytes { FrameHeaderView($0.baseAddress!).frameByteCount }
            let rest = max(0, min(byteCount, WireLimits.requestByteCountMax) - request.count)
            request += [UInt8](repeating: 0, count: rest)
            return rest == 0 || fill(&request, from: WireLimits.requestByteCount) ? request : nil
        }

        private func fill(_ bytes: inout [UInt8], from start: Int) -> Bool {
            bytes[start...].withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_WAITALL)) == $0.count
            }
        }

        /// Waits for the client to go away.
        func awaitEnd() { while receive() != nil {} }
    }

    let address: ServerAddress
    private let listener: SharedSocket
    private let folder = TemporaryFolder()

    init(_ script: @escaping @Sendable (Peer) -> Void) {
        let path = folder.path("s")
        address = .unix(path: path)
        let listener = SharedSocket(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        self.listener = listener
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener.descriptor, $0, size) }
        }
        precondition(bound == 0 && listen(listener.descriptor, 16) == 0)
        Thread.detachNewThread {
            while true {
                let accepted = accept(listener.descriptor, nil, nil)
                guard accepted >= 0 else { return }
                Thread.detachNewThread {
                    script(Peer(descriptor: accepted))
                    close(accepted)
                }
            }
        }
    }

    deinit { listener.shutDown() }
}

/// What tests of servers that cannot be trusted have in common.
enum Hostile {
    static let key = SymbolKey(exchangeId: 1, symbol: "A_B")!

    /// Connecting always has all the time there is.
    static func options(requestTimeoutMilliseconds: Int = patienceMilliseconds) -> ClientOptions {
        var options = ClientOptions(environment: "test")
        options.requestTimeoutMilliseconds = requestTimeoutMilliseconds
        options.connectTimeoutMilliseconds = patienceMilliseconds
        options.reconnects = false
        return options
    }

    /// A server that welcomes, then answers every request by `reply`.
    static func server(_ reply: @escaping @Sendable (UInt32) -> [UInt8]) -> ScriptedServer {
        ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            while let request = peer.receive() { peer.send(reply(Reply.requestId(request))) }
        }
    }
}

/// Frames of a server, by the protocol's own writers.
enum Reply {
    static func make(_ template: Template, _ write: (UnsafeMutableRawPointer) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: template.frameByteCount) { buffer, count in
            write(UnsafeMutableRawPointer(buffer.baseAddress!))
            count = template.frameByteCount
        }
    }

    static func requestId(_ request: [UInt8]) -> UInt32 {
        request.withUnsafeBytes { FrameHeaderView($0.baseAddress!).requestId }
    }

    static func welcome(_ requestId: UInt32 = 1, environment: String = "test") -> [UInt8] {
        make(.welcome) {
            WelcomeView.write(
                to: $0, requestId: requestId, protocolVersion: 1, epoch: 7, systemIdentifier: nil, generation: 0,
                heartbeatMilliseconds: 0, windowCountMax: 64, listPageCountMax: 10, batchCountMax: 64,
                batchMilliseconds: 0, idleMilliseconds: nil, clientCountMax: 0, subscriberCountMax: 0,
                requestByteCountMax: 0, environment: environment.utf8, serverVersion: "".utf8, frameMilliseconds: 0,
                unreadMilliseconds: 0, imageMilliseconds: 0)
        }
    }

    static func resolution(_ requestId: UInt32, status: ResolutionStatus = .ok, symbolId: UInt32 = 5) -> [UInt8] {
        make(.symbolResolution) {
            SymbolResolutionView.write(
                to: $0, requestId: requestId, status: status, flags: [.active, .exchangeActive], exchangeId: 1,
                symbolId: symbolId,
                pricePrecision: 1, basePrecision: 2, quotePrecision: 3, generation: 9)
        }
    }

    static func rejected(_ requestId: UInt32, _ reason: RejectReason) -> [UInt8] {
        make(.rejected) {
            RejectedView.write(to: $0, requestId: requestId, reason: reason, requestTemplate: 0, text: "so there".utf8)
        }
    }

    static func subscribed(_ requestId: UInt32, sequence: UInt64 = 10, heartbeatMilliseconds: UInt32 = 0) -> [UInt8] {
        make(.subscribed) {
            SubscribedView.write(
                to: $0, requestId: requestId, state: .everything, epoch: 7, sequence: sequence,
                generation: 9, heartbeatMilliseconds: heartbeatMilliseconds)
        }
    }

    static func change(sequence: UInt64, epoch: UInt64 = 7, id: UInt32 = 5, flags: ChangeFlags = []) -> [UInt8] {
        make(.change) {
            ChangeView.write(
                to: $0, kind: .symbol, action: .modify, flags: flags, id: id,
                epoch: epoch, sequence: sequence, generation: 9)
        }
    }

    /// Of a server that has its database and has loaded, and nothing else to tell.
    static func status(
        _ requestId: UInt32, epoch: UInt64, generation: UInt64 = 0, sequence: UInt64 = 0, ageMilliseconds: UInt64? = nil
    ) -> [UInt8] {
        make(.serverStatus) {
            ServerStatusView.write(
                to: $0, requestId: requestId, flags: [.databaseConnected, .loaded], epoch: epoch,
                generation: generation, sequence: sequence, exchangeCount: 0, exchangeActiveCount: 0, symbolCount: 0,
                symbolActiveCount: 0, imageByteCount: 0, ageMilliseconds: ageMilliseconds, uptimeMilliseconds: 0,
                clientCount: 0, subscriberCount: 0, lookupCount: 0, hitCount: 0, missCount: 0, refreshCount: 0,
                refreshMicroseconds: nil, driftCount: 0, refusedCount: 0, processId: 0, latencyP50Nanoseconds: nil,
                latencyP99Nanoseconds: nil, latencyP999Nanoseconds: nil, rejectedCount: 0, pushCount: 0,
                databaseSnapshot: "".utf8, inactiveCount: 0, unknownSymbolCount: 0, unknownExchangeCount: 0,
                notLoadedCount: 0, refusedLookupCount: 0, refreshRowCount: nil, ambiguousCount: 0,
                sourceFaultMilliseconds: nil, imageFaultMilliseconds: nil, overdueMilliseconds: nil,
                vanishingSymbolCount: nil, vanishingExchangeCount: nil, heldBackMilliseconds: nil,
                notificationQueuePercent: nil, sourceFault: nil, imageFault: nil,
                oldestWriterProcessId: nil, oldestWriterMilliseconds: nil, databaseSampleMilliseconds: nil,
                changingIdCount: nil, neededMegabyteCount: nil, asOf: nil)
        }
    }

    static func symbolRecord(_ requestId: UInt32, id: UInt32) -> [UInt8] {
        make(.symbolRecord) {
            SymbolRecordView.write(
                to: $0, requestId: requestId, status: .ok, flags: [], exchangeId: 0, symbolId: id, pricePrecision: 0,
                basePrecision: 0, quotePrecision: 0, derivedDigits: [], generation: 0, kind: .spot, payoff: nil,
                optionType: nil, minOrderSize: .absent, maxOrderSize: .absent, tickSize: .absent, stepSize: .absent,
                minNotional: .absent, contractSize: .absent, strike: .absent, expiresAt: nil, listedAt: nil,
                delistsAt: nil, createdAt: nil, updatedAt: nil, lastSeen: nil, symbolText: "A_B".utf8,
                baseAsset: "A".utf8, quoteAsset: "B".utf8, settleAsset: "".utf8)
        }
    }

    static func exchangeRecord(_ requestId: UInt32, exchangeId: UInt16) -> [UInt8] {
        make(.exchangeRecord) {
            ExchangeRecordView.write(
                to: $0, requestId: requestId, status: .ok, flags: [], exchangeId: exchangeId, marketType: .spot,
                precisionDefault: nil, rateLimitRequestsPerSecond: nil, generation: 0, createdAt: nil, updatedAt: nil,
                name: "alpha".utf8, enumValue: "ALPHA".utf8, displayName: "".utf8, baseURL: "".utf8,
                websocketURL: "".utf8)
        }
    }
}
