import Glibc
import SymbologyStore

/// Quotes in a CSV with a header.
enum QuoteFile {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private static let columns = [
        "exchange", "symbol_base", "symbol_quote", "bid_price", "bid_qty", "ask_price", "ask_qty", "timestamp",
    ]

    /// Its quotes in the order of their times. Numbers are taken as they are written, to the last digit.
    static func quotes(path: String) throws -> [LegacyBookTicker] {
        guard let file = fopen(path, "re") else {
            throw Fault(description: "\(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        var positions: [Int]?
        var quotes: [LegacyBookTicker] = []
        var number = 0
        while getline(&line, &capacity, file) >= 0, let line {
            number += 1
            let text = String(cString: line)
            let fields = text.split(separator: ",", omittingEmptySubsequences: false).map { field in
                String(field.filter { !$0.isNewline && $0 != "\r" })
            }
            if fields == [""] { continue }
            if let positions {
                quotes.append(try quote(fields, positions, "\(path):\(number)"))
            } else {
                positions = try columns.map { column in
                    guard let index = fields.firstIndex(of: column) else {
                        throw Fault(description: "\(path) has no column \(column)")
                    }
                    return index
                }
            }
        }
        return quotes.sorted { $0.time < $1.time }
    }

    private static func quote(_ fields: [String], _ positions: [Int], _ place: String) throws -> LegacyBookTicker {
        guard let last = positions.max(), fields.count > last else { throw Fault(description: "\(place): too short") }
        func number(_ index: Int) throws -> WideDecimal {
            let text = fields[positions[index]]
            guard let value = WideDecimal(text) else {
                throw Fault(description: "\(place): \(columns[index]) \"\(text)\" is no number")
            }
            return value
        }
        guard let time = Timestamp(fields[positions[7]]) else { throw Fault(description: "\(place): no time") }
        return LegacyBookTicker(
            exchange: fields[positions[0]], symbolBase: fields[positions[1]], symbolQuote: fields[positions[2]],
            bidPrice: try number(3), bidQuantity: try number(4), askPrice: try number(5), askQuantity: try number(6),
            time: time)
    }

    /// Moves all times alike.
    static func move(_ quotes: inout [LegacyBookTicker], toEndAt end: Timestamp) {
        guard let last = quotes.last?.time else { return }
        let distance = end.microsecondsSince1970 - last.microsecondsSince1970
        for index in quotes.indices {
            quotes[index].time = Timestamp(microsecondsSince1970: quotes[index].time.microsecondsSince1970 + distance)
        }
    }
}
