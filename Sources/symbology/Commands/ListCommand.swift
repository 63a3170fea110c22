import ArgumentParser
import ReferenceData
import SymbologyClient

struct ListCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The symbols of a venue, or of all, in the order of their ids.")

    @Argument(help: "A code (GATEIO_SPOT); without it every venue is listed.") var exchange: String?
    @OptionGroup var active: ActiveOption
    @OptionGroup var maximum: LimitOption
    @OptionGroup var settings: SettingOptions<ClientSettings>

    var limit: Int? { maximum.limit }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<Symbol> {
        try client.symbols(exchange: exchange, activeOnly: active.activeOnly, limit: maximum.count)
    }
}
