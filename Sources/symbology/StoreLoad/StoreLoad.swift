import Glibc
import Platform
import SymbologyBench
import SymbologyStore
import Synchronization

/// A mix of operations on the market data of real symbols, at a steady rate: each is due at its own moment, whatever
/// the ones before it do, and its latency counts from there. What it writes repeats the newest quote of a symbol, so
/// that nobody who reads meanwhile sees a price that is none; all of it is removed at the end.
struct StoreLoad: Sendable {
    struct Plan: Sendable {
        var seconds = 60
        var operationsPerSecond = 1_000
        /// Threads, and connections.
        var connectionCount = 8
    }

    /// A symbol, and what is written for it.
    struct Target: Sendable {
        let reference: SymbolReference
        let ticker: BookTicker
        let exchangeId: UInt16
    }

    let plan: Plan
    let store: MarketStore
    let targets: [Target]
    let isStopRequested: @Sendable () -> Bool
    let onLine: @Sendable (String) -> Void

    /// What the threads share.
    private final class Shared: Sendable {
        let nextIndex = Atomic<Int>(0)
        let doneCount = Atomic<Int>(0)
        let failureCount = Atomic<Int>(0)
        let latestNanoseconds = Atomic<UInt64>(0)
        let outcomes = Mutex<[Outcome]>([])
    }

    /// Unchecked for its histograms: its thread alone has it, until it hands it over.
    private struct Outcome: @unchecked Sendable {
        var latencies = StoreLoadKind.allCases.map { _ in LatencyHistogram() }
        var failures: [String] = []
        var quoteIds: [Int64] = []
    }

    /// Told one by one; all are counted.
    private static let failureReportMax = 5

    func run() -> StoreLoadReport {
        let shared = Shared()
        let total = plan.seconds * plan.operationsPerSecond
        let begin = Timestamp(microsecondsSince1970: WallClock.microseconds())
        let mark = "load-test-\(getpid())"
        let start = MonotonicClock.nanoseconds()
        let threads = (0..<plan.connectionCount).compactMap { _ in
            try? SystemThread(receivesSignals: false) { work(shared, total: total, start: start, mark: mark) }
        }
        // Each thread takes one index more than there are operations.
        watch(shared, indexCount: total + threads.count, total: total, start: start)
        for thread in threads { thread.join() }
        let elapsed = max(1, shared.latestNanoseconds.load(ordering: .relaxed) &- start)
        let outcomes = shared.outcomes.withLock { $0 }
        var report = StoreLoadReport(
            plan: plan, doneCount: shared.doneCount.load(ordering: .relaxed),
            failureCount: shared.failureCount.load(ordering: .relaxed), nanoseconds: elapsed)
        for outcome in outcomes {
            for kind in StoreLoadKind.allCases { report.latencies[kind.rawValue].add(outcome.latencies[kind.rawValue]) }
            report.failures += outcome.failures
        }
        report.failures = Array(report.failures.prefix(Self.failureReportMax))
        do throws(MarketStoreError) {
            let ids = outcomes.flatMap(\.quoteIds)
            let count = try store.run(.removeLoadTest(quoteIds: ids, mark: mark, since: begin))
            onLine("load-test: removed the \(count) rows that it wrote")
        } catch {
            report.failures.append("what it wrote is still there (\(mark)): \(error)")
            report.failureCount += 1
        }
        return report
    }

    /// A line a second, until all is done.
    private func watch(_ shared: Shared, indexCount: Int, total: Int, start: UInt64) {
        var before = 0
        for second in 1... {
            let end = Deadline(nanoseconds: start + UInt64(second) * 1_000_000_000)
            while !end.isOver {
                poll(nil, 0, min(100, end.pollMilliseconds))
                if shared.nextIndex.load(ordering: .relaxed) >= indexCount || isStopRequested() { return }
            }
            let done = shared.doneCount.load(ordering: .relaxed)
            onLine(
                "load-test: \(second) s, \(done - before) operations/s, "
                    + "\(max(0, min(total, second * plan.operationsPerSecond) - done)) due, "
                    + "\(shared.failureCount.load(ordering: .relaxed)) failed")
            before = done
        }
    }

    private func work(_ shared: Shared, total: Int, start: UInt64, mark: String) {
        var outcome = Outcome()
        while !isStopRequested() {
            let index = shared.nextIndex.add(1, ordering: .relaxed).oldValue
            guard index < total else { break }
            let due = start + UInt64(index) * 1_000_000_000 / UInt64(plan.operationsPerSecond)
            Self.sleep(until: due)
            let kind = StoreLoadKind.ofOperation(index)
            do throws(MarketStoreError) {
                try perform(kind, index, mark, &outcome)
                shared.doneCount.add(1, ordering: .relaxed)
            } catch {
                shared.failureCount.add(1, ordering: .relaxed)
                if outcome.failures.count < Self.failureReportMax { outcome.failures.append("\(kind.name): \(error)") }
            }
            let now = MonotonicClock.nanoseconds()
            outcome.latencies[kind.rawValue].record(nanoseconds: now &- due)
            shared.latestNanoseconds.max(now, ordering: .relaxed)
        }
        shared.outcomes.withLock { $0.append(outcome) }
    }

    private static func sleep(until due: UInt64) {
        while case let now = MonotonicClock.nanoseconds(), now < due {
            var rest = timespec(tv_sec: Int((due - now) / 1_000_000_000), tv_nsec: Int((due - now) % 1_000_000_000))
            nanosleep(&rest, nil)
        }
    }

    private func perform(
        _ kind: StoreLoadKind, _ index: Int, _ mark: String, _ outcome: inout Outcome
    ) throws(MarketStoreError) {
        // Far apart, so that neighbours are of different symbols.
        let target = targets[index &* 7_919 % targets.count]
        let now = Timestamp(microsecondsSince1970: WallClock.microseconds())
        let selection = SymbolSelection.symbol(target.reference)
        switch kind {
        case .insertQuote:
            var ticker = target.ticker
            ticker.time = now
            outcome.quoteIds.append(try store.insert(ticker))
        case .latestQuote: _ = try store.run(.latestBookTickers(of: selection))
        case .quoteRange:
            let from = Timestamp(microsecondsSince1970: now.microsecondsSince1970 - 60_000_000)
            _ = try store.run(.bookTickers(of: selection, from: from, to: now, limit: 1_000))
        case .arbitrage: _ = try store.run(.arbitrageOpportunities())
        case .insertBalance:
            let time = Timestamp(
                microsecondsSince1970: now.microsecondsSince1970 / 1_000_000 * 1_000_000 + Int64(index))
            try store.insert(
                AccountBalance(
                    exchangeId: target.exchangeId, accountType: .spot, asset: mark, freeBalance: WideDecimal(index),
                    time: time))
        case .latestBalances: _ = try store.run(.latestBalances(accountType: .spot))
        case .recordOrder:
            let order = OrderExecution(
                symbolId: target.ticker.symbolId, orderId: "\(mark)-\(index)", side: .buy, orderType: .limit,
                originalQuantity: WideDecimal(1), orderPrice: target.ticker.bidPrice, status: .cancelled, orderTime: now
            )
            _ = try store.run(.recordExecution(order))
        case .order: _ = try store.run(.order("\(mark)-\(index - 1)", of: .id(target.ticker.symbolId)))
        }
    }
}
