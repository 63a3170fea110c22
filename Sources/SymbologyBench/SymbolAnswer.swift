import ReferenceData
import SymbologyClient
import SymbologyWire

/// What an answer says about a symbol, 12 bytes by value.
struct SymbolAnswer: BitwiseCopyable, Equatable, Sendable {
    var symbolId: UInt32
    var exchangeId: UInt16
    /// Nil for one that this version does not know.
    var status: ResolutionStatus?
    var flags: ResolutionFlags
    var precisionPrice: UInt8
    var precisionBase: UInt8
    var precisionQuote: UInt8

    /// What can change without a new generation (a file confirmed by the database) is not compared.
    private static let comparedFlags: ResolutionFlags = [.active, .exchangeActive]

    init(_ view: SymbolResolutionView) {
        symbolId = view.symbolId
        exchangeId = view.exchangeId
        status = view.status
        flags = view.flags
        precisionPrice = view.pricePrecision ?? SymbolRecord.unknownPrecision
        precisionBase = view.basePrecision ?? SymbolRecord.unknownPrecision
        precisionQuote = view.quotePrecision ?? SymbolRecord.unknownPrecision
    }

    init(_ resolution: SymbolResolution) {
        symbolId = resolution.symbolId
        exchangeId = resolution.exchangeId
        status = resolution.status
        flags = resolution.flags
        precisionPrice = resolution.precisionPrice
        precisionBase = resolution.precisionBase
        precisionQuote = resolution.precisionQuote
    }

    init(_ symbol: Symbol) {
        symbolId = symbol.id
        exchangeId = symbol.exchangeId
        status = symbol.isTradable ? .ok : .inactive
        flags = symbol.flags
        precisionPrice = symbol.precisionPrice
        precisionBase = symbol.precisionBase
        precisionQuote = symbol.precisionQuote
    }

    func says(_ expected: SymbolAnswer) -> Bool {
        symbolId == expected.symbolId && exchangeId == expected.exchangeId && status == expected.status
            && precisionPrice == expected.precisionPrice && precisionBase == expected.precisionBase
            && precisionQuote == expected.precisionQuote
            && flags.symmetricDifference(expected.flags).isDisjoint(with: Self.comparedFlags)
    }
}
