import PostgreSQL
import ReferenceData

extension RowDecoder {
    /// The columns of `ReferenceStatements.aliasColumns`. Nil for a row that no key can be made of: the schema forbids
    /// it, and a name that cannot be asked for needs no report.
    static func alias<Source: RowSource>(_ source: inout Source) throws(RowShapeError) -> SymbolAlias? {
        let exchangeId = try source.nextInteger().flatMap(UInt16.init(exactly:))
        let name = try source.nextText()
        let symbolId = try source.nextInteger().flatMap(UInt32.init(exactly:))
        guard let exchangeId, let name, let symbolId, let key = SymbolKey(exchangeId: exchangeId, symbol: name) else {
            return nil
        }
        return SymbolAlias(key: key, symbolId: symbolId)
    }
}
