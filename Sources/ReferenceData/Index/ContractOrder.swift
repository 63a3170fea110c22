/// The order of the contracts of a pair on one exchange: by expiry (none first), by strike, by option type (call
/// first); and what else is sorted by the terms of rows.
enum ContractOrder {
    /// All rows, those of equal terms in order of id. O(n).
    static func sorted(_ rows: UnsafeBufferPointer<SymbolRecord>) -> [UInt32] {
        var sorted: [UInt32] = []
        sorted.reserveCapacity(rows.count)
        var contracts: [Int] = []
        for (index, row) in rows.enumerated() {
            if row.expiresAt.isAbsent, row.strike.isAbsent, row.optionTypeCode == 0 {
                sorted.append(UInt32(truncatingIfNeeded: index))
            } else {
                contracts.append(index)
            }
        }
        if contracts.isEmpty { return sorted }
        let byType = PrefixEntry.sorted(contracts) { UInt64(rows[$0].optionTypeCode) }
        let byDigits = PrefixEntry.sorted(byType.lazy.map { Int($0.row) }) { StrikeOrder(rows[$0].strike).digits }
        let byStrike = PrefixEntry.sorted(byDigits.lazy.map { Int($0.row) }) { StrikeOrder(rows[$0].strike).magnitude }
        let byExpiry = PrefixEntry.sorted(byStrike.lazy.map { Int($0.row) }) { word(rows[$0].expiresAt) }
        sorted.append(contentsOf: byExpiry.lazy.map(\.row))
        return sorted
    }

    /// A strike as two numbers that order it: first by magnitude, then by digits.
    private struct StrikeOrder {
        let magnitude: UInt64
        let digits: UInt64

        init(_ strike: DecimalValue) {
            if strike.isAbsent || strike.mantissa == 0 {
                (magnitude, digits) = (strike.isAbsent ? 0 : 1 << 15, 0)
                return
            }
            var scaled = strike.mantissa.magnitude
            var order = Int(strike.exponent) + DecimalValue.digitCountMax
            while scaled < 100_000_000_000_000_000 {
                scaled *= 10
                order -= 1
            }
            let isPositive = strike.mantissa > 0
            magnitude = UInt64(1 << 15 + (isPositive ? 1 : -1) * (order + 1_024))
            digits = isPositive ? scaled : ~scaled
        }
    }

    private static func word(_ time: Timestamp) -> UInt64 { UInt64(bitPattern: time.microsecondsSince1970) ^ 1 << 63 }

    /// Rows that are active in the table and have a time at which they are due, in the order of those. O(n).
    static func dueOrder(_ rows: UnsafeBufferPointer<SymbolRecord>) -> [UInt32] {
        let due = rows.indices.filter { rows[$0].isActive && !rows[$0].due.isAbsent }
        return PrefixEntry.sorted(due) { word(rows[$0].due) }.map(\.row)
    }

    /// No venue has a contract in so many settle assets.
    private static let alikeCountMax = 64

    /// Whether two rows that are active in the table are one instrument, or so many differ so little that they must be
    /// judged one by one, as only a forged list has them. O(n).
    /// - Parameters:
    ///   - exchangeIds: of the rows; hardly any has a neighbour of its pair on its own exchange.
    ///   - pairRows: rows by pair, then by exchange, then in the order of contracts.
    ///   - pairStarts: a bit for each of them that begins a pair.
    static func hasConflict(
        _ rows: UnsafeBufferPointer<SymbolRecord>, _ exchangeIds: [UInt16], _ pairRows: [UInt32],
        _ pairStarts: [UInt64]
    ) -> Bool {
        // Rows that differ at most in what they settle in, kind and payoff.
        var alike: [UInt32] = []
        for entry in 1..<max(pairRows.count, 1) {
            let (row, previous) = (pairRows[entry], pairRows[entry - 1])
            let isStart = pairStarts[entry >> 6] >> UInt64(entry & 63) & 1 != 0
            if isStart || exchangeIds[Int(row)] != exchangeIds[Int(previous)] {
                alike.removeAll(keepingCapacity: true)
                continue
            }
            if alike.isEmpty, rows[Int(previous)].isActive { alike.append(previous) }
            guard rows[Int(row)].isActive, let instrument = Instrument(rows[Int(row)]) else { continue }
            if let last = alike.last, !instrument.isAlike(rows[Int(last)]) { alike.removeAll(keepingCapacity: true) }
            if alike.count >= alikeCountMax { return true }
            if alike.contains(where: { Instrument(rows[Int($0)]) == instrument }) { return true }
            alike.append(row)
        }
        return false
    }
}
