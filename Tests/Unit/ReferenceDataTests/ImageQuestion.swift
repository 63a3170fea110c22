@testable import ReferenceData

/// A lookup as a line of text, and its answer as the program in `image_reader.c` prints it.
enum ImageQuestion {
    case string(UInt16, String)
    case pair(UInt16, String, String)
    case name(UInt16, String)
    case symbol(UInt32)

    var text: String {
        switch self {
        case .string(let exchangeId, let symbol): "S\t\(exchangeId)\t\(symbol)"
        case .pair(let exchangeId, let base, let quote): "P\t\(exchangeId)\t\(base)\t\(quote)"
        case .name(let exchangeId, let name): "N\t\(exchangeId)\t\(name)"
        case .symbol(let id): "I\t\(id)"
        }
    }

    /// Whether a frame could ask it: texts that must say something do, and fit.
    var isAsked: Bool {
        switch self {
        case .string(_, let text), .name(_, let text): !text.isEmpty && text.utf8.count <= SymbolText.byteCountMax
        case .pair(_, let base, let quote): !base.isEmpty && !quote.isEmpty
        case .symbol: true
        }
    }

    func answer(from snapshot: Snapshot) -> String {
        switch self {
        case .string(let exchangeId, let symbol):
            Self.text(snapshot.resolve(SymbolKey(exchangeId: exchangeId, symbol: symbol)!))
        case .pair(let exchangeId, let base, let quote):
            Self.text(snapshot.resolve(PairKey(exchangeId: exchangeId, base: base, quote: quote)!))
        case .name(let exchangeId, let name):
            withUnsafeTemporaryAllocation(byteCount: 52, alignment: 8) { key in
                SymbolKey(exchangeId: exchangeId, symbol: name)!.copyBytes(to: key.baseAddress!)
                return Self.text(snapshot.resolveUnified(frameBytes: key.baseAddress!))
            }
        case .symbol(let id): Self.text(snapshot.symbolRecord(id: id))
        }
    }

    private static func text(_ answer: SymbolResolution) -> String {
        "\(answer.status.rawValue) \(answer.exchangeId) \(answer.symbolId) \(answer.flags.rawValue) "
            + "\(answer.precisionPrice) \(answer.precisionBase) \(answer.precisionQuote)"
    }

    private static func text(
        _ found: (status: ResolutionStatus, flags: ResolutionFlags, record: SymbolRecord)
    ) -> String {
        guard found.status.isFound else { return "none" }
        let record = found.record
        let kinds = record.kindCode | record.payoffCode << 3 | record.optionTypeCode << 5
        let decimals = (0..<SymbolRecord.decimalCount).map { record[decimal: $0] }
        let times = [
            record.expiresAt, record.listedAt, record.delistsAt, record.createdAt, record.updatedAt, record.lastSeen,
        ]
        return "\(found.status.rawValue) \(record.exchangeId) \(record.id) \(found.flags.rawValue) "
            + "\(record.precisionPrice) \(record.precisionBase) \(record.precisionQuote) "
            + "\(kinds) \(record.derivedDigits.rawValue)"
            + decimals.map { " \($0.mantissa)e\($0.exponent)" }.joined()
            + times.map { " \($0.microsecondsSince1970)" }.joined()
            + "|\(record.symbolString)|\(record.baseAsset)|\(record.quoteAsset)|\(record.settleAsset)"
    }
}
