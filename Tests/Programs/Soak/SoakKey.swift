/// A name that may or may not be listed: exchange 0 to 2 of the migrations, the number of the name, and how it is asked
/// for: by one of its two spellings (a rename moves a symbol from one to the other), or as a pair.
struct SoakKey: Hashable, BitwiseCopyable {
    var exchange: UInt16
    var name: UInt16
    var form: Form

    enum Form: UInt16, CaseIterable, BitwiseCopyable {
        case underscore, hyphen, pair
    }

    static let exchangeCodes = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"]
    static let quote = "USDT"

    var exchangeCode: String { Self.exchangeCodes[Int(exchange)] }
    var base: String { "S\(name)" }
    /// Meaningless for a pair.
    var symbolString: String { "S\(name)\(form == .hyphen ? "-" : "_")\(Self.quote)" }

    /// The key of a row, nil for a row that the soak did not make.
    init?(exchange: Int, symbolString: String) {
        guard symbolString.first == "S", let cut = symbolString.lastIndex(where: { $0 == "_" || $0 == "-" }),
            let name = UInt16(symbolString[symbolString.index(after: symbolString.startIndex)..<cut])
        else { return nil }
        self.init(exchange: UInt16(exchange), name: name, form: symbolString[cut] == "_" ? .underscore : .hyphen)
    }

    init(exchange: UInt16, name: UInt16, form: Form) {
        (self.exchange, self.name, self.form) = (exchange, name, form)
    }

    /// Whether the symbol is a future, which no pair finds.
    var isFuture: Bool { exchangeCode == "GATEIO_FUTURES" && name % 8 == 7 }

    /// The same symbol, asked for as a pair.
    var asPair: SoakKey { SoakKey(exchange: exchange, name: name, form: .pair) }

    /// Any key.
    static func random(nameCount: UInt16, using generator: inout some RandomNumberGenerator) -> SoakKey {
        SoakKey(
            exchange: .random(in: 0..<UInt16(exchangeCodes.count), using: &generator),
            name: .random(in: 0..<nameCount, using: &generator), form: Form.allCases.randomElement(using: &generator)!)
    }
}

extension SoakKey: CustomStringConvertible {
    var description: String { "\(exchangeCode) \(form == .pair ? "\(base)/\(Self.quote)" : symbolString)" }
}
