import Measuring

/// Turns cells into the table of peers and the figures of the closing table.
struct PeersReport {
    let cells: [Cell]

    private static let notPeers = ["limit", "symbology", "symbology, pairs"]

    /// The cells that were measured interleaved with this one.
    private func group(of cell: Cell) -> [Cell] {
        cells.filter { $0.transport == cell.transport && $0.spin == cell.spin && $0.depth == cell.depth }
    }

    /// The best of Redis, memcached and PostgreSQL in each round.
    private func bestPeerRates(beside cell: Cell) -> [Double] {
        let peers = group(of: cell).filter { !Self.notPeers.contains($0.peer) }
        return cell.rates.indices.map { round in peers.map { $0.rates[round] }.max() ?? .nan }
    }

    func table() -> Table {
        var table = Table(
            "One client loop, one connection, hits. Ratios are of rates, pairwise in each round: median (lowest to "
                + "highest).",
            header: [
                "transport", "client", "depth", "peer", "lookups/s", "p50 µs", "p99 µs", "p99.9 µs", "of the limit",
                "of the best peer",
            ])
        for cell in cells {
            let limit = group(of: cell).first { $0.peer == "limit" }
            let isPeer = !Self.notPeers.contains(cell.peer)
            table.rows.append([
                cell.transport.rawValue, cell.spin ? "spinning" : "sleeping", String(cell.depth), cell.peer,
                Spread(cell.rates).map { grouped(Int($0.median)) } ?? "", microseconds(cell.p50),
                microseconds(cell.p99), microseconds(cell.p999),
                ratio(cell.rates, limit?.rates ?? []),
                isPeer || cell.peer == "limit" ? "" : ratio(cell.rates, bestPeerRates(beside: cell)),
            ])
        }
        return table
    }

    /// `roundtrip.unix.spin` and `batch1024.unix.spin` with their ratios.
    func addFigures(to report: inout Report) {
        for cell in cells where cell.peer.hasPrefix("symbology") {
            let place = "\(cell.transport.rawValue).\(cell.spin ? "spin" : "sleep")"
            let name = (cell.peer == "symbology" ? "" : "pairs.") + "depth\(cell.depth).\(place)"
            let others = group(of: cell)
            report.add("\(name).time", "µs", cell.medians.map { $0 / 1_000 })
            report.add("\(name).rate", "M/s", cell.rates.map { $0 / 1e6 })
            for other in others where other.peer == "limit" || other.peer == "redis" {
                report.add("\(name).timeOver.\(other.peer)", ratioOf: cell.medians, to: other.medians)
                report.add("\(name).rateOver.\(other.peer)", ratioOf: cell.rates, to: other.rates)
            }
            report.add("\(name).rateOver.best", ratioOf: cell.rates, to: bestPeerRates(beside: cell))
        }
    }

    private func microseconds(_ nanoseconds: UInt32) -> String { decimals(Double(nanoseconds) / 1_000, 1) }

    private func ratio(_ rates: [Double], _ others: [Double]) -> String {
        guard let spread = Spread(ratioOf: rates, to: others) else { return "" }
        return "\(decimals(spread.median, 2)) (\(decimals(spread.lowest, 2)) to \(decimals(spread.highest, 2)))"
    }
}
