/// The comparison as people read it: one block a transport and mode, one row a depth and peer.
func printTable(_ cells: [Cell]) {
    let header = [
        "transport", "client", "depth", "peer", "lookups/s", "p50 µs", "p99 µs", "p99.9 µs", "of the limit (spread)",
        "of the best peer (spread)",
    ]
    let rows = cells.map { cell in
        [
            cell.transport.rawValue, cell.spin ? "spinning" : "sleeping", String(cell.depth), cell.peer,
            grouped(Int(cell.lookups.median)), microseconds(cell.p50), microseconds(cell.p99), microseconds(cell.p999),
            spread(cell.ratioToLimit), spread(cell.ratioToBestPeer),
        ]
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max()! }
    for row in [header, widths.map { String(repeating: "-", count: $0) }] + rows {
        print(
            "| " + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ")
                + " |")
    }
}

private func grouped(_ number: Int) -> String {
    let digits = String(number)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return text
}

private func decimals(_ figure: Double, _ count: Int) -> String {
    let scale = [1.0, 10, 100, 1_000][count]
    let scaled = Int((figure * scale).rounded())
    let fraction = String(scaled % Int(scale))
    return "\(scaled / Int(scale))." + String(repeating: "0", count: count - fraction.count) + fraction
}

private func microseconds(_ nanoseconds: UInt32) -> String { decimals(Double(nanoseconds) / 1_000, 1) }

private func spread(_ ratio: Spread?) -> String {
    guard let ratio, ratio.median.isFinite else { return "" }
    return "\(decimals(ratio.median, 2)) (\(decimals(ratio.lowest, 2)) to \(decimals(ratio.highest, 2)))"
}
