import ReferenceData

/// What a venue's `precision` counts (ccxt's `exchange.precisionMode`), which the markets themselves do not say. Of
/// ccxt 4.5's exchanges all count sizes but bitfinex and bithumb, which count significant digits; older ones counted
/// decimal places.
public enum CCXTPrecision: String, Sendable, Hashable, CaseIterable {
    /// The sizes of a tick and a step.
    case tickSize = "tick-size"
    /// Digits behind the point.
    case decimalPlaces = "decimal-places"
    /// Digits of a price in all, which says nothing of where they end; of an amount those behind the point.
    case significantDigits = "significant-digits"
}

/// A market of ccxt's, as columns.
///
/// | ccxt | column | |
/// | --- | --- | --- |
/// | `id`, `base`, `quote`, `settle` | `symbol_string`, `base_asset`, `quote_asset`, `settle_asset` | |
/// | `type` | `kind` | `swap` is a perpetual; what is none of the four is `other` |
/// | `linear`, `inverse`, `quanto` | `payoff` | none where none of them is true |
/// | `contractSize`, `strike`, `optionType` | the same | |
/// | `expiry`, `created` | `expires_at`, `listed_at` | milliseconds since 1970; 0 is none |
/// | `precision.price`, `.amount` | `tick_size`, `step_size`, or `precision_price`, `precision_base` | by
/// `CCXTPrecision` |
/// | `precision.quote` | `precision_quote` | |
/// | `limits.amount`, `limits.cost.min` | `min_order_size`, `max_order_size`, `min_notional` | amounts of contracts
/// count contracts |
/// | `active` | `is_active` | |
///
/// `null` says nothing. A spot symbol settles in nothing and has no contract size, whatever a venue's market says.
extension CCXTMarket {
    struct Fault: Error {
        let reason: String
    }

    /// A column's value as a CSV file would have it; nil where the market does not say.
    func text(of column: SymbolColumn, _ reader: JSONReader, _ precision: CCXTPrecision) throws(Fault) -> String? {
        switch column {
        case .symbolString: try text(.id, reader)
        case .baseAsset: try text(.base, reader)
        case .quoteAsset: try text(.quote, reader)
        case .isActive: try text(.active, reader)
        case .kind: try kind(reader).name
        case .settleAsset: try isSpot(reader) ? nil : text(.settle, reader)
        case .payoff: try isSpot(reader) ? nil : payoff()?.name
        case .contractSize: try isSpot(reader) ? nil : text(.contractSize, reader)
        case .expiresAt:
            try self[.expiry] == nil ? text(.expiryDatetime, reader) : time(.expiry, reader)
        case .strike: try text(.strike, reader)
        case .optionType: try text(.optionType, reader)
        case .precisionBase: precision == .tickSize ? nil : try digitCount(.precisionAmount, reader)
        case .precisionPrice: precision == .decimalPlaces ? try digitCount(.precisionPrice, reader) : nil
        case .precisionQuote:
            precision == .tickSize
                ? try incrementDigitCount(.precisionQuote, reader) : try digitCount(.precisionQuote, reader)
        case .tickSize: precision == .tickSize ? try text(.precisionPrice, reader) : nil
        case .stepSize: precision == .tickSize ? try text(.precisionAmount, reader) : nil
        case .minOrderSize: try text(.amountMin, reader)
        case .maxOrderSize: try text(.amountMax, reader)
        case .minNotional: try text(.costMin, reader)
        case .listedAt: try time(.created, reader)
        default: nil
        }
    }

    /// The values that a column comes from.
    static func sources(of column: SymbolColumn, _ precision: CCXTPrecision) -> [Field] {
        switch column {
        case .symbolString: [.id]
        case .baseAsset: [.base]
        case .quoteAsset: [.quote]
        case .isActive: [.active]
        case .kind: [.type, .spot, .swap, .future, .option]
        case .settleAsset: [.settle]
        case .payoff: [.linear, .inverse, .quanto]
        case .contractSize: [.contractSize]
        case .expiresAt: [.expiry, .expiryDatetime]
        case .strike: [.strike]
        case .optionType: [.optionType]
        case .precisionBase: precision == .tickSize ? [] : [.precisionAmount]
        case .precisionPrice: precision == .decimalPlaces ? [.precisionPrice] : []
        case .precisionQuote: [.precisionQuote]
        case .tickSize: precision == .tickSize ? [.precisionPrice] : []
        case .stepSize: precision == .tickSize ? [.precisionAmount] : []
        case .minOrderSize: [.amountMin]
        case .maxOrderSize: [.amountMax]
        case .minNotional: [.costMin]
        case .listedAt: [.created]
        default: []
        }
    }

    /// A value as it stands, without its quotes.
    func text(_ field: Field, _ reader: JSONReader) throws(Fault) -> String? {
        switch self[field] {
        case nil, .null?, .object?, .array?: return nil
        case .flag(let value)?:
            guard !Self.texts.contains(field) else { throw Fault(reason: "\(field) is \(value), and no text") }
            return value ? "true" : "false"
        case .number(let range)?: return reader.text(number: range)
        case .string(let range)?:
            guard let text = reader.text(string: range) else {
                throw Fault(reason: "\(field) is not valid UTF-8, or escapes what is no character")
            }
            return text
        }
    }

    private static let texts: [Field] = [.id, .symbol, .base, .quote, .settle, .type, .expiryDatetime, .optionType]

    private func isTrue(_ field: Field) throws(Fault) -> Bool {
        switch self[field] {
        case nil: return false
        case .flag(let value)?: return value
        default: throw Fault(reason: "\(field) is neither true nor false")
        }
    }

    private func isSpot(_ reader: JSONReader) throws(Fault) -> Bool { try kind(reader) == .spot }

    private func kind(_ reader: JSONReader) throws(Fault) -> InstrumentKind {
        switch try text(.type, reader) {
        case "spot": return .spot
        case "swap": return .perpetual
        case "future": return .future
        case "option": return .option
        case nil: break
        default: return .other
        }
        if try isTrue(.spot) { return .spot }
        if try isTrue(.swap) { return .perpetual }
        if try isTrue(.future) { return .future }
        if try isTrue(.option) { return .option }
        throw Fault(reason: "type is missing")
    }

    func payoff() throws(Fault) -> Payoff? {
        let (isLinear, isInverse) = (try isTrue(.linear), try isTrue(.inverse))
        if isLinear, isInverse { throw Fault(reason: "linear and inverse are both true") }
        if try isTrue(.quanto) { return .quanto }
        return isLinear ? .linear : isInverse ? .inverse : nil
    }

    /// The start of the year 2000, before which there was no such venue.
    private static let earliestTime = Timestamp(microsecondsSince1970: 946_684_800_000_000)

    private func time(_ field: Field, _ reader: JSONReader) throws(Fault) -> String? {
        guard let text = try text(field, reader) else { return nil }
        guard let milliseconds = DecimalValue(text), let time = Timestamp(milliseconds: milliseconds) else {
            throw Fault(reason: "\(field) \"\(text)\" counts no milliseconds since 1970")
        }
        if milliseconds == .zero { return nil }
        guard time >= Self.earliestTime else {
            throw Fault(
                reason: "\(field) \"\(text)\" would be \(time): it looks like seconds, and milliseconds are read")
        }
        return time.description
    }

    private func digitCount(_ field: Field, _ reader: JSONReader) throws(Fault) -> String? {
        guard let text = try text(field, reader) else { return nil }
        // Python writes 8 as 8.0 where it calculated it.
        return DecimalValue(text)?.description ?? text
    }

    private func incrementDigitCount(_ field: Field, _ reader: JSONReader) throws(Fault) -> String? {
        guard let text = try text(field, reader) else { return nil }
        guard let increment = DecimalValue(text), increment.mantissa > 0 else {
            throw Fault(reason: "\(field) \"\(text)\" is no size of a step")
        }
        return String(max(0, -Int(increment.exponent)))
    }
}

extension Timestamp {
    /// Exactly so many milliseconds after the start of 1970; nil where that is no whole microsecond, or far away.
    init?(milliseconds: DecimalValue) {
        var microseconds = milliseconds.mantissa
        var power = Int(milliseconds.exponent) + 3
        guard !milliseconds.isAbsent, (0...18).contains(power) else { return nil }
        while power > 0 {
            let (product, overflow) = microseconds.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            (microseconds, power) = (product, power - 1)
        }
        let time = Timestamp(microsecondsSince1970: microseconds)
        // In the years that texts have.
        guard Timestamp(time.description) == time else { return nil }
        self = time
    }
}
