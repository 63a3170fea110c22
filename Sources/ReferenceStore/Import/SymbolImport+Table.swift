import PostgreSQL

extension SymbolImport {
    private static let anySymbol = Statement(name: "any symbol", sql: "SELECT EXISTS (SELECT FROM symbols)")

    /// Whether the table holds any symbol: a seed is for an empty one only. One statement, constant time.
    /// - Throws: `.database`, `.notMigrated`.
    public func hasSymbols() throws(StoreError) -> Bool {
        do {
            guard let answer = try connection.query(Self.anySymbol).bool(0, 0) else {
                throw StoreError.unexpectedResult(statementName: Self.anySymbol.name, reason: "NULL")
            }
            return answer
        } catch let error as PostgreSQLError {
            throw StoreError(error)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .unexpectedResult(statementName: Self.anySymbol.name, reason: String(describing: error))
        }
    }
}
