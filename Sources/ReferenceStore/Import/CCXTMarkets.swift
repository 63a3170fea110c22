import ReferenceData

/// Writes the symbols of one exchange as JSON that ccxt's `set_markets()` takes: an object of markets by their unified
/// symbols, as `load_markets()` returns it.
///
/// Precision is in sizes of ticks and steps (ccxt's `TICK_SIZE`), the mode of nearly all its exchanges. Numbers keep
/// all their digits. What ccxt has words for and the tables have not is missing: `baseId`, `quoteId`, `settleId`, fees,
/// leverage, `info`, limits of prices and of costs above. What the tables have and ccxt has no words for is lost: ids,
/// `delists_at` (but it counts for `active`), `is_tiered`, `is_inferred`, and of times what is finer than a
/// millisecond.
public struct CCXTMarkets {
    /// What could not be written as it is.
    public struct Loss: Sendable, Hashable {
        /// Left out: symbols of a kind that ccxt has no unified symbol for.
        public var namelessCount = 0
        /// Left out: inactive symbols whose unified symbol another one has.
        public var shadowedCount = 0
        /// Written with a tick or step of one unit of their last digit: of these only digits are known.
        public var digitsOnlyCount = 0
        /// Written with a time cut to the millisecond.
        public var cutTimeCount = 0
    }

    private struct Named {
        let name: String
        let isLive: Bool
        let symbol: SymbolRecord
    }

    /// - Parameters:
    ///   - symbols: as the table has them, of one exchange, in any order.
    ///   - time: the moment at which they are active or not.
    ///   - write: takes the text piece by piece.
    public static func write(_ symbols: [SymbolRecord], at time: Timestamp, _ write: (String) throws -> Void) rethrows
        -> Loss
    {
        var loss = Loss()
        var named: [Named] = []
        for symbol in symbols {
            guard let name = symbol.unifiedName else {
                loss.namelessCount += 1
                continue
            }
            let isLive = symbol.isActive && (symbol.due.isAbsent || symbol.due > time)
            named.append(Named(name: name, isLive: isLive, symbol: symbol))
        }
        // Of one name the live ones first, then the one that died last.
        named.sort { left, right in
            if !left.name.hasBytes(of: right.name) { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
            return (left.isLive ? 1 : 0, left.symbol.id) > (right.isLive ? 1 : 0, right.symbol.id)
        }
        try write("{")
        var previous: Named?
        for market in named {
            let isTwin = previous.map { $0.name.hasBytes(of: market.name) } ?? false
            if isTwin, !market.isLive {
                loss.shadowedCount += 1
                continue
            }
            // Two live ones of a name stay apart here; ccxt keeps both by `id` and one of them by `symbol`.
            let key = isTwin ? "\(market.name) \(market.symbol.symbolString)" : market.name
            try write((previous == nil ? "\n" : ",\n") + quoted(key) + ": " + text(market, &loss))
            previous = market
        }
        try write("\n}\n")
        return loss
    }

    private static func text(_ market: Named, _ loss: inout Loss) -> String {
        let symbol = market.symbol
        let isContract = symbol.kind != .spot
        let hasDigitsOnly =
            symbol.tickSize.isAbsent && symbol.precisionPrice != SymbolRecord.unknownPrecision
            || symbol.stepSize.isAbsent && symbol.precisionBase != SymbolRecord.unknownPrecision
        if hasDigitsOnly { loss.digitsOnlyCount += 1 }
        let times = [symbol.expiresAt, symbol.listedAt].filter { !$0.isAbsent }
        if times.contains(where: { $0.microsecondsSince1970 % 1_000 != 0 }) { loss.cutTimeCount += 1 }
        let members = [
            ("id", quoted(symbol.symbolString.description)),
            ("symbol", quoted(market.name)),
            ("base", quoted(symbol.baseAsset.description)),
            ("quote", quoted(symbol.quoteAsset.description)),
            ("settle", isContract ? quoted(symbol.settleAsset.description) : null),
            ("type", quoted(type(symbol.kind))),
            ("spot", flag(symbol.kind == .spot)),
            ("swap", flag(symbol.kind == .perpetual)),
            ("future", flag(symbol.kind == .future)),
            ("option", flag(symbol.kind == .option)),
            ("active", flag(market.isLive)),
            ("contract", flag(isContract)),
            ("linear", symbol.payoff.map { flag($0 == .linear) } ?? null),
            ("inverse", symbol.payoff.map { flag($0 == .inverse) } ?? null),
            ("quanto", symbol.payoff.map { flag($0 == .quanto) } ?? null),
            ("contractSize", number(symbol.contractSize)),
            ("expiry", milliseconds(symbol.expiresAt)),
            ("expiryDatetime", dateText(symbol.expiresAt)),
            ("strike", number(symbol.strike)),
            ("optionType", symbol.optionType.map { quoted($0.name) } ?? null),
            (
                "precision",
                object([
                    ("amount", size(symbol.stepSize, orDigits: symbol.precisionBase)),
                    ("price", size(symbol.tickSize, orDigits: symbol.precisionPrice)),
                    ("quote", size(.absent, orDigits: symbol.precisionQuote)),
                ])
            ),
            (
                "limits",
                object([
                    ("amount", range(symbol.minOrderSize, symbol.maxOrderSize)),
                    ("price", range(.absent, .absent)),
                    ("cost", range(symbol.minNotional, .absent)),
                    ("leverage", range(.absent, .absent)),
                ])
            ),
            ("created", milliseconds(symbol.listedAt)),
        ]
        return object(members)
    }

    private static func type(_ kind: InstrumentKind) -> String { kind == .perpetual ? "swap" : kind.name }

    private static let null = "null"

    private static func flag(_ value: Bool) -> String { value ? "true" : "false" }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    private static func range(_ min: DecimalValue, _ max: DecimalValue) -> String {
        object([("min", number(min)), ("max", number(max))])
    }

    private static func number(_ value: DecimalValue) -> String { value.isAbsent ? null : value.description }

    private static func size(_ increment: DecimalValue, orDigits digits: UInt8) -> String {
        let unit =
            digits == SymbolRecord.unknownPrecision ? nil : DecimalValue(mantissa: 1, exponent: -Int(digits))
        return number(increment.isAbsent ? unit ?? .absent : increment)
    }

    private static func milliseconds(_ time: Timestamp) -> String {
        if time.isAbsent { return null }
        let microseconds = time.microsecondsSince1970
        return String((microseconds - (microseconds % 1_000 + 1_000) % 1_000) / 1_000)
    }

    private static func dateText(_ time: Timestamp) -> String {
        time.isAbsent ? null : quoted(String(time.description.dropLast(4)) + "Z")
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
