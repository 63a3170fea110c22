import Foundation
import PostgreSQL
import Scenarios
import SymbologyClient
import Synchronization
import TestSupport
import Testing

/// One transaction that writes more than any increment may hold.
@Suite("Command line: a huge transaction", .serialized)
struct HugeTransactionTests {
    /// A build without optimization takes its time: a million rows would be minutes here.
    private static let rowCount = 100_000
    /// What the server may take at its peak, above what it had, for each byte of the image that comes of it: beside
    /// that there are the rows as they came, in an array that grows. Measured: 3.05.
    private static let peakByteCountPerImageByteMax = 4

    /// Asks without pause, on a thread of its own, until it is told to end.
    private final class Asker: Sendable {
        private struct State {
            var answerCount = 0
            var firstAnswerOfGeneration: [UInt64: Int] = [:]
            var failure: String?
            var isEnding = false
        }
        private let state = Mutex(State())
        private let ended = DispatchSemaphore(value: 0)

        init(_ address: ServerAddress) throws {
            Thread.detachNewThread { [self] in
                do {
                    let client = try LookupClient(address)
                    while !state.withLock({ $0.isEnding }) {
                        let found = try client.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT")
                        guard found.status == .ok else { throw RunningCommand.Failure(description: "\(found)") }
                        state.withLock { state in
                            state.answerCount += 1
                            if state.firstAnswerOfGeneration[found.generation] == nil {
                                state.firstAnswerOfGeneration[found.generation] = state.answerCount
                            }
                        }
                    }
                } catch {
                    state.withLock { $0.failure = "\(error)" }
                }
                ended.signal()
            }
        }

        var answerCount: Int { state.withLock { $0.answerCount } }

        /// How many answers had come with the first of this generation; nil when there was none, or asking failed.
        func firstAnswer(ofGeneration generation: UInt64) -> Int? {
            state.withLock { $0.failure == nil ? $0.firstAnswerOfGeneration[generation] : nil }
        }

        func end() -> String? {
            state.withLock { $0.isEnding = true }
            ended.wait()
            return state.withLock { $0.failure }
        }
    }

    @Test(
        "100,000 rows: one doorbell, one load, bounded memory, and lookups all the while", .scenario(.hugeTransaction),
        .timeLimit(.minutes(5)))
    func oneTransaction() throws {
        let system = try RunningSystem(arguments: ["--log-level", "debug"])
        let listener = try system.database.connect()
        try listener.executeScript("LISTEN symbology_reference", name: "listen")
        let peakBefore = try system.server.memoryByteCount("VmHWM")
        try system.execute(
            """
            BEGIN; SET LOCAL statement_timeout = 0;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT e.id, 'B' || g, 'Q', 'B' || g || '_Q'
              FROM exchanges e, generate_series(1, \(Self.rowCount)) g WHERE e.enum_value = 'MEXC_SPOT'
            """)
        let asker = try Asker(.unix(path: system.unixPath))
        let status = try #require(try system.rows("status").first)
        let first = try #require((status["generation"] as? NSNumber)?.uint64Value)
        #expect(Deadline().poll { asker.firstAnswer(ofGeneration: first) != nil })
        let answersBefore = asker.answerCount
        try system.execute("COMMIT")
        let isThere = Deadline(seconds: 240).poll { asker.firstAnswer(ofGeneration: first + 1) != nil }
        #expect(asker.end() == nil)
        try #require(isThere)
        // Had a thread that answers taken part in the load, there would be next to none.
        let answersMeanwhile = try #require(asker.firstAnswer(ofGeneration: first + 1)) - answersBefore
        #expect(answersMeanwhile > 1_000)

        let grown = try #require(try system.rows("status").first)
        #expect((grown["symbol_count"] as? Int ?? 0) > Self.rowCount)
        let imageByteCount = try #require(grown["image_bytes"] as? Int)
        let growth = try system.server.memoryByteCount("VmHWM") - peakBefore
        #expect(
            growth < Self.peakByteCountPerImageByteMax * imageByteCount, "\(growth) for an image of \(imageByteCount)")

        try listener.consumeInput()
        #expect(listener.notifications().count { $0.channel == "symbology_reference" } == 1)
        system.server.signal(SIGTERM)
        let log = try system.server.finish().error.split(separator: "\n")
        #expect(log.count { $0.contains("loaded everything (tooManyChanges)") } == 1)
        #expect(
            log.count { $0.contains("published generation=\(first + 1) ") || $0.contains("published changes") } == 2)
    }
}
