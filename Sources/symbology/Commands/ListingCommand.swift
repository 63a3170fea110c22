import ArgumentParser
import ReferenceData
import SymbologyClient

/// A command that asks a server for a list and prints it, a line a row.
protocol ListingCommand: ConfiguredCommand where Group == ClientSettings {
    /// A row of the server's answer.
    associatedtype Item: Sendable & Hashable
    /// A row as it is printed.
    associatedtype Row = Item

    static var fields: [Field<Row>] { get }
    /// The plural of the rows, for people: "more symbols".
    static var moreName: String { get }
    /// The time for one request: a whole list takes longer than a lookup.
    static var timeoutMilliseconds: Int { get }
    /// The venue whose list it is; nil for all.
    var exchange: String? { get }
    /// The most rows that were asked for; nil for all.
    var limit: Int? { get }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<Item>
    func row(_ item: Item, _ session: inout ServerSession) throws(CommandFailure) -> Row
    /// What shows the rows behind the last one that is printed.
    func more(after last: Item?) -> String
    /// Why an empty list is the answer "no"; nil where it is a list.
    var nothingFound: CommandFailure? { get }
}

extension ListingCommand {
    static var timeoutMilliseconds: Int { 60_000 }
    var exchange: String? { nil }
    var nothingFound: CommandFailure? { nil }

    func more(after last: Item?) -> String { "--limit shows more" + (limit.map { " than \($0)" } ?? "") }

    func execute(_ configuration: Configuration) throws {
        var session = try ServerSession(configuration, requestTimeoutMilliseconds: Self.timeoutMilliseconds)
        let page = try session.ask(ask)
        try session.require(page.status, exchange: exchange)
        if page.rows.isEmpty, let nothingFound { throw nothingFound }
        var writer = RowWriter(configuration.format, Self.fields)
        for item in page.rows { writer.write(try row(item, &session)) }
        writer.finish()
        if page.hasMore, limit != nil {
            writeLineToStandardError("symbology: more \(Self.moreName); \(more(after: page.rows.last))")
        }
    }
}

extension ListingCommand where Row == Item {
    func row(_ item: Item, _ session: inout ServerSession) -> Row { item }
}

extension ListingCommand where Item == Symbol, Row == ShownSymbol {
    static var fields: [Field<ShownSymbol>] { ShownSymbol.columns }
    static var moreName: String { "symbols" }

    func row(_ symbol: Symbol, _ session: inout ServerSession) throws(CommandFailure) -> ShownSymbol {
        ShownSymbol(symbol: symbol, exchange: try session.exchangeCode(id: symbol.exchangeId))
    }
}
