import ArgumentParser
import ReferenceData
import ReferenceStore

/// The columns of a symbol; as `ExchangeColumnOptions`.
struct SymbolColumnOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("What is traded: BTC.", valueName: "asset"))
    var baseAsset: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("What it is paid with: USDT.", valueName: "asset"))
    var quoteAsset: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("true or false.", valueName: "flag"))
    var isActive: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Digits of a quantity, 1 to 18.", valueName: "count"))
    var precisionBase: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Digits of an amount, 1 to 18.", valueName: "count"))
    var precisionQuote: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Digits of a price, 1 to 18.", valueName: "count"))
    var precisionPrice: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Smallest quantity of an order.", valueName: "decimal"))
    var minOrderSize: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Largest quantity of an order.", valueName: "decimal"))
    var maxOrderSize: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Smallest price step.", valueName: "decimal"))
    var tickSize: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Smallest quantity step.", valueName: "decimal"))
    var stepSize: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("When the venue last listed it.", valueName: "time"))
    var lastSeen: String?

    var fields: SymbolFields {
        SymbolFields(reading: [
            .baseAsset: baseAsset, .quoteAsset: quoteAsset, .isActive: isActive, .precisionBase: precisionBase,
            .precisionQuote: precisionQuote, .precisionPrice: precisionPrice, .minOrderSize: minOrderSize,
            .maxOrderSize: maxOrderSize, .tickSize: tickSize, .stepSize: stepSize, .lastSeen: lastSeen,
        ])
    }
}
