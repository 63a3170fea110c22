import ArgumentParser
import ReferenceData
import SymbologyClient

struct AssetsCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "assets", abstract: "The assets of a venue, or of all, and how many symbols have each.",
        discussion: "base_symbol_count counts the symbols that trade the asset, quote_symbol_count those priced in it.")

    @Argument(help: "A code (GATEIO_SPOT); without it every venue counts.") var exchange: String?
    @OptionGroup var active: ActiveOption
    @OptionGroup var maximum: LimitOption
    @OptionGroup var settings: SettingOptions<ClientSettings>

    static let fields: [Field<AssetListing>] = [
        Field("asset", \.asset), Field("symbol_count", \.symbolCount),
        Field("base_symbol_count", \.baseSymbolCount), Field("quote_symbol_count", \.quoteSymbolCount),
    ]
    static let moreName = "assets"

    var limit: Int? { maximum.limit }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<AssetListing> {
        try client.assets(exchange: exchange, activeOnly: active.activeOnly, limit: maximum.count)
    }
}
