import ArgumentParser
import Glibc
import ReferenceData
import SymbologyClient

struct StaleCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "stale", abstract: "Symbols that their venue has not listed for some days.",
        discussion: """
            What counts is last_seen or, for a symbol never seen, created_at. The server knows last_seen as of the \
            row's last change or its last full comparison with the tables. Deactivating is left to you.
            """)
    static let settings = ServerOptions.settings

    @Argument(help: "A code (GATEIO_SPOT); without it every venue is looked at.") var exchange: String?
    @Option(help: ArgumentHelp("Not seen for so many days.", valueName: "count")) var days: Int
    @Flag(
        name: [.customLong("active"), .customLong("active-only")],
        help: "Leave out what is delisted, or listed on a venue that is switched off.") var activeOnly = false
    @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit: Int?
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    private static let dayCountMax = 36_500

    mutating func validate() throws {
        if !(0...Self.dayCountMax).contains(days) {
            throw ValidationError("--days is \(days); it goes from 0 to \(Self.dayCountMax)")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); it starts at 1") }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        var session = try ServerSession(configuration, requestTimeoutMilliseconds: 60_000)
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let since = Timestamp(
            microsecondsSince1970: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
                - Int64(days) * 86_400_000_000)
        let (exchange, activeOnly, limit) = (exchange, activeOnly, limit ?? .max)
        let page = try session.ask { client throws(ClientError) in
            try client.symbols(exchange: exchange, notSeenSince: since, activeOnly: activeOnly, limit: limit)
        }
        try session.require(page.status, exchange: exchange)
        var writer = RowWriter(format, columns: SymbolRow.columns + [Column("last_seen"), Column("created_at")])
        for symbol in page.rows {
            let code = try session.exchangeCode(id: symbol.exchangeId)
            writer.write(
                SymbolRow.cells(symbol, exchange: code) + [Cell(symbol.lastSeen), Cell(symbol.createdAt)])
        }
        writer.finish()
        if page.hasMore { writeLineToStandardError("symbology: more symbols; --limit shows more than \(limit)") }
    }
}
