import ArgumentParser
import Platform
import ReferenceData
import SymbologyClient

struct StaleCommand: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "stale", abstract: "Symbols that their venue has not listed for some days.",
        discussion: """
            What counts is last_seen or, for a symbol never seen, created_at. The server knows last_seen as of the \
            row's last change or its last full comparison with the tables. Deactivating is left to you.
            """)

    @Argument(help: "A code (GATEIO_SPOT); without it every venue is looked at.") var exchange: String?
    @Option(help: ArgumentHelp("Not seen for so many days.", valueName: "count")) var days: Int
    @OptionGroup var active: ActiveOption
    @OptionGroup var maximum: LimitOption
    @OptionGroup var settings: SettingOptions<ClientSettings>

    private static let dayCountMax = 36_500

    mutating func validate() throws {
        if !(0...Self.dayCountMax).contains(days) {
            throw ValidationError("--days is \(days); it goes from 0 to \(Self.dayCountMax)")
        }
    }

    static let fields = ShownSymbol.columnsOfStale

    var limit: Int? { maximum.limit }

    func ask(_ client: LookupClient) throws(ClientError) -> Page<Symbol> {
        let since = Timestamp(
            microsecondsSince1970: WallClock.microseconds() - Int64(days) * 86_400_000_000)
        return try client.symbols(
            exchange: exchange, notSeenSince: since, activeOnly: active.activeOnly, limit: maximum.count)
    }
}
