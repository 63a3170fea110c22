import ArgumentParser
import ReferenceStore

/// How the file of an import is to be read.
struct ListFormatOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, ccxt
    }

    @Option(help: ArgumentHelp("csv, or ccxt: what its load_markets() returns, as JSON. Else csv.", valueName: "form"))
    var from: Format = .csv
    @Option(help: ArgumentHelp("The code of the exchange whose markets ccxt listed.", valueName: "code"))
    var exchange: String?
    @Option(
        help: ArgumentHelp(
            "What ccxt's precisionMode is, where the file does not tell: "
                + "\(CCXTPrecision.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "mode"))
    var precision: CCXTPrecision?

    mutating func validate() throws {
        switch from {
        case .csv where exchange != nil || precision != nil:
            throw ValidationError(
                "--exchange and --precision go with --from ccxt; a CSV file names its exchanges itself")
        case .ccxt where exchange == nil:
            throw ValidationError("--from ccxt takes --exchange CODE: the file does not say whose markets these are")
        default: return
        }
    }

    /// The bytes must outlive the list.
    func open(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> any SymbolList {
        guard from == .ccxt, let exchange else { return try CSVSymbolList(bytes) }
        return try CCXTSymbolList(bytes, exchange: exchange, precision: precision)
    }
}

extension CCXTPrecision: ExpressibleByArgument {}
