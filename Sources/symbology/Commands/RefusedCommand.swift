import ArgumentParser
import ReferenceData
import SymbologyClient

struct RefusedCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "refused", abstract: "Rows of the database that cannot be served as they stand, and why.",
        discussion: """
            Where a row was good before, that record goes on being served: last_good_served. Else whoever asks for it \
            is answered refused. Correct the row in the database, and it is served at once. Exits with 0 whether or \
            not there are any.
            """)

    @OptionGroup var maximum: LimitOption
    @OptionGroup var settings: SettingOptions<ClientSettings>

    struct Row: Sendable {
        let refused: RefusedListing
        /// The code of its exchange, or its id where the server knows no code.
        let exchange: String?
    }

    static let fields: [Field<Row>] = [
        Field("table") { $0.refused.table == .exchange ? "exchanges" : "symbols" }, Field("id", \.refused.id),
        Field("exchange", \.exchange), Field("symbol") { Cell.nonEmpty($0.refused.symbol) },
        Field("base_asset") { Cell.nonEmpty($0.refused.baseAsset) },
        Field("quote_asset") { Cell.nonEmpty($0.refused.quoteAsset) },
        Field("last_good_served", \.refused.isLastGoodServed), Field("reason", \.refused.reason),
        Field("is_reason_cut", \.refused.isReasonCut),
    ]
    static let moreName = "rows"

    var limit: Int? { maximum.limit }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<RefusedListing> {
        try client.refused(limit: maximum.count)
    }

    func row(_ refused: RefusedListing, _ session: inout ServerSession) throws(CommandFailure) -> Row {
        guard let id = refused.exchangeId else { return Row(refused: refused, exchange: nil) }
        return Row(refused: refused, exchange: try session.exchangeCode(id: id) ?? String(id))
    }
}
