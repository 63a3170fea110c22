import Foundation

extension KeySet {
    /// Reads `exchange id, symbol id, symbol string` lines separated by tabs, as psql prints them unaligned.
    init(tsvAt path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        entries = try text.split(separator: "\n").enumerated().map { number, line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let exchangeId = UInt16(fields[0]), let symbolId = UInt32(fields[1]) else {
                throw BenchmarkError("\(path):\(number + 1): expected exchange id, symbol id and symbol, got \(line)")
            }
            return Entry(exchangeId: exchangeId, symbolId: symbolId, symbol: String(fields[2]))
        }
        guard !entries.isEmpty else { throw BenchmarkError("\(path) holds no keys") }
    }
}

func writeJSON(_ cells: [Cell], to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(cells).write(to: URL(fileURLWithPath: path))
}
