import ReferenceData
import ReferenceStore

/// A list of markets of any bytes is refused as a whole, or read to its end: each market is good or has a fault.
enum MarketFuzz {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        for precision in [nil] + CCXTPrecision.allCases {
            guard var list = try? CCXTSymbolList(bytes, exchange: "V", precision: precision) else { continue }
            let unread = list
            var faults: [LineFault] = []
            var lineCount = 0
            while let line = list.next() {
                lineCount += 1
                require(line.line == lineCount, "market \(lineCount) is numbered \(line.line)")
                if let fault = line.fault { faults.append(fault) }
            }
            require(lineCount <= bytes.count, "more markets are read than there are bytes")
            ImportFuzz.check(rejects: unread.rejects(faults), of: faults)
        }
    }
}
