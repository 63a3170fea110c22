import ReferenceData
import TestSupport

@testable import ReferenceStore

/// What suites that import CSV lists into a database of their own have in common.
protocol ImportSuite {
    var database: TestSession { get }
}

extension ImportSuite {
    var header: String { "exchange,base_asset,quote_asset,symbol_string" }

    @discardableResult
    func run(_ text: String, _ options: SymbolImportOptions = SymbolImportOptions()) throws -> SymbolImportResult {
        try SymbolImport(database.connection).run(csv: Array(text.utf8), options)
    }

    /// The bad lines for which nothing was imported; none where something was.
    func faults(_ text: String, _ options: SymbolImportOptions = SymbolImportOptions()) throws -> [LineFault] {
        do {
            try run(text, options)
            return []
        } catch StoreError.badLines(let faults, _) {
            return faults
        }
    }

    /// Some columns of all symbols, in the order of their ids.
    func rows(_ columns: String) throws -> String {
        try database.text("SELECT string_agg(concat_ws(' ', \(columns)), ', ' ORDER BY id) FROM symbols")
    }
}
