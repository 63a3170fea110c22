import CLoad
import Foundation
import Measuring

/// Bare COPY, load, bare COPY, load…
struct LoadComparison {
    let database: ReferenceDatabase
    private var copies: [Double] = []
    private var loads: [Double] = []
    private var starts: [Double] = []
    private var memory: [String: [Double]] = [:]

    /// The rows and columns that a load reads.
    private static let bareCopy = """
        COPY (SELECT id, exchange_id, symbol_string, base_asset, quote_asset, is_active, kind, settle_asset, payoff,
                     contract_size, expires_at, strike, option_type, precision_base, precision_quote,
                     precision_price, min_order_size, max_order_size, tick_size, step_size, min_notional, is_tiered,
                     is_inferred, listed_at, delists_at, created_at, updated_at, last_seen
                FROM symbols) TO STDOUT (FORMAT binary)
        """

    init(database: ReferenceDatabase) { self.database = database }

    mutating func run(rounds: Int) throws {
        let session = try database.connect()
        // The first round warms PostgreSQL's buffers and is thrown away.
        for round in 0...rounds {
            let start = load_now()
            let copied = try session.drain(copy: Self.bareCopy)
            let copy = Double(load_now() - start) / 1e6
            guard copied.rowCount >= database.symbolCount else {
                throw BenchmarkError("the bare COPY read \(copied.rowCount) rows only")
            }
            let load = try loadOnce()
            if round == 0 { continue }
            copies.append(copy)
            loads.append(load.milliseconds)
            starts.append(load.startMilliseconds)
            for (name, megabytes) in load.megabytes { memory[name, default: []].append(megabytes) }
        }
    }

    private func loadOnce() throws -> (milliseconds: Double, startMilliseconds: Double, megabytes: [String: Double]) {
        let server = try SymbologyServer(
            database.surroundings, database: database.conninfo, name: "load\(database.symbolCount)")
        defer { server.process.stop() }
        let status = try server.awaitLoaded()
        let start = Double(load_now() - server.startedNanoseconds) / 1e6
        guard status.symbolCount == database.symbolCount else {
            throw BenchmarkError("\(status.symbolCount) symbols loaded instead of \(database.symbolCount)")
        }
        let account = ProcessAccount(processId: server.process.processId)
        let kernel = account.memory
        return (
            try firstLoadMilliseconds(server, status.refreshMicroseconds), start,
            [
                "image": Double(status.imageByteCount) / 1e6,
                "resident": Double(kernel["Rss"] ?? 0) / 1e6,
                "anonymous": Double(kernel["Anonymous"] ?? 0) / 1e6,
                "proportional": Double(kernel["Pss"] ?? 0) / 1e6,
                "peak": Double(account.peakResidentByteCount) / 1e6,
            ]
        )
    }

    /// The log names the first load; status only the last refresh, which may be a later one.
    private func firstLoadMilliseconds(_ server: SymbologyServer, _ refreshMicroseconds: UInt64?) throws -> Double {
        for _ in 0..<100 {
            let log = (try? String(contentsOfFile: server.logPath, encoding: .utf8)) ?? ""
            let line = log.split(separator: "\n").first { $0.contains("loaded everything") }
            if let match = line?.firstMatch(of: /(\d+) µs/), let figure = Double(match.output.1) {
                return figure / 1_000
            }
            // The line is written after the snapshot is served.
            poll(nil, 0, 10)
        }
        guard let refreshMicroseconds else { throw BenchmarkError("\(server.logPath) does not say how long it took") }
        return Double(refreshMicroseconds) / 1_000
    }

    func addFigures(to report: inout Report) {
        let size = database.symbolCount
        report.add("copy.\(size)", "ms", copies)
        report.add("load.\(size)", "ms", loads)
        report.add("load.overCopy.\(size)", ratioOf: loads, to: copies)
        report.add("start.database.\(size)", "ms", starts)
        for (name, megabytes) in memory { report.add("memory.\(name).\(size)", "MB", megabytes) }
    }
}
