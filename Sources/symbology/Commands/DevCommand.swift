import ArgumentParser
import EventLoop
import Glibc
import Logging
import Platform
import PostgreSQL
import PrivateCluster
import ReferenceData
import ReferenceStore
import SchemaMigrations

struct DevCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev", abstract: "The whole system with nothing configured: database, schema, seed, server.",
        discussion: """
            Makes a private PostgreSQL cluster in DIRECTORY (Unix socket only), applies the migrations, imports a seed \
            where there are no symbols yet (spot symbols, perpetuals, futures and options that expire half a year \
            later or more), and serves. Ctrl-C ends all of it; the next start finds the data again. SIGHUP reads the \
            tables anew and serves what is held back, as in "serve"; the end of its terminal ends it.
            """)

    @OptionGroup var settings: SettingOptions<DevSettings>

    func execute(_ configuration: Configuration) throws {
        let logger = Logger.forCommand("dev")
        let folder = FileBytes.absolute(configuration.value(.directory) ?? "")
        let migrations = try Schema.read(FolderSearch.migrations(configuration))
        let terminal = ControllingTerminal()
        let stop = try StopSignal.install(reloads: true)
        let lock = try FolderLock(folder)
        defer { withExtendedLifetime(lock) {} }

        let cluster = try startCluster(folder, logger)
        defer { cluster.stop() }
        if stop.isRequested { return }
        let target = try Self.target(cluster)
        try prepare(target, migrations, logger)
        if stop.isRequested { return }

        let guide = DevGuide(cluster, folder: folder, contract: Self.lastOption(target))
        let snapshotPath = try FileBytes.replaceable(configuration.value(.snapshot) ?? folder + "/snapshot.image")
        let serving = try Serving(
            configuration, target: target, logger: logger, takesAnyPort: true, snapshotPath: snapshotPath
        ) { ready in
            ready.log(logger, addresses: false)
            guide.print(ready.addresses)
        }
        let end = wait(stop, cluster, terminal) { serving.reload(settings, startedWith: configuration) }
        logger.notice("stopping", metadata: ["because": "\(end)"])
        serving.stop()
        cluster.stop()
        logger.notice("stopped")
        if end == Self.databaseEnded {
            throw CommandFailure(
                .unavailable, "the private PostgreSQL in \(cluster.directory) ended",
                next: "its log says why: \(cluster.directory)/cluster/server.log")
        }
    }

    private func startCluster(_ folder: String, _ logger: Logger) throws(CommandFailure) -> DatabaseCluster {
        logger.info("starting PostgreSQL", metadata: ["directory": "\(folder)"])
        do {
            let cluster = try DatabaseCluster(DatabaseCluster.Configuration(directory: folder))
            for notice in cluster.notices { logger.notice("\(notice)") }
            logger.info(
                "PostgreSQL runs",
                metadata: [
                    "version": "\(cluster.majorVersion)", "data": cluster.isNew ? "new" : "found",
                    "socket": "\(cluster.socketDirectory)",
                ])
            return cluster
        } catch {
            throw CommandFailure(.system, "no private PostgreSQL: \(error)")
        }
    }

    private static func target(_ cluster: DatabaseCluster) throws(CommandFailure) -> ConnectionTarget {
        do {
            return try ConnectionTarget(conninfo: cluster.conninfo())
        } catch {
            throw DatabaseTarget.failure(error)
        }
    }

    /// Migrates, and seeds where there is nothing yet: whoever emptied or changed the table meant it.
    private func prepare(
        _ target: ConnectionTarget, _ migrations: MigrationFolder, _ logger: Logger
    ) throws(CommandFailure) {
        let connection = try DatabaseTarget.connect(target)
        defer { connection.close() }
        let applied = try Schema(connection, folder: migrations).up()
        logger.info("migrated", metadata: ["applied": "\(applied.count)"])
        let isSeeded = try DatabaseTarget.ask { () throws(StoreError) in try SymbolImport(connection).hasSymbols() }
        if isSeeded { return }
        let session = ManagementSession(connection)
        try session.ask { store throws(ManagementError) in
            if try store.exchangeId(code: Seed.venue) == nil { _ = try store.insertExchange(Seed.venueFields) }
        }
        let seed = Seed(at: Timestamp(microsecondsSince1970: WallClock.microseconds()))
        let result = try DatabaseTarget.ask { () throws(StoreError) in
            try SymbolImport(connection).run(csv: seed.csv)
        }
        logger.info("seeded", metadata: ["symbols": "\(result.insertedCount)"])
    }

    /// The name of an option of the seed that is still to expire, for the guide; nil where there is none any more.
    private static func lastOption(_ target: ConnectionTarget) -> String? {
        guard var resolver = try? DatabaseResolver(target) else { return nil }
        let page = try? resolver.contracts(
            exchange: Seed.venue, base: "BTC", quote: "USD", kinds: .option, activeOnly: true)
        return page?.rows.last?.unifiedName
    }

    private static let databaseEnded = "the database ended"

    /// Until the signal to stop, the end of the terminal or of the database.
    /// - Returns: which of them.
    private func wait(
        _ stop: StopWait, _ cluster: DatabaseCluster, _ terminal: ControllingTerminal, onReload: () -> Void
    ) -> String {
        let checkMilliseconds: Int32 = 1_000
        var reloadCount = 0
        while !stop.wait(milliseconds: checkMilliseconds) {
            if !cluster.isRunning { return Self.databaseEnded }
            let requestedCount = stop.reloadCount
            guard requestedCount > reloadCount else { continue }
            if terminal.isGone { return "the terminal ended" }
            reloadCount = requestedCount
            onReload()
        }
        return StopSignal.name ?? ""
    }
}

/// What `dev` tells a person once it answers: lines to copy into a second terminal.
private struct DevGuide: Sendable {
    let program: String
    let psql: String
    let folder: String
    /// The name of a contract to ask for.
    let contract: String?

    init(_ cluster: DatabaseCluster, folder: String, contract: String?) {
        // As it was called: a link such as .build/release is shorter than what it leads to.
        program = FileBytes.shortest(CommandLine.arguments.first ?? "symbology").shellWord
        let isOnPath = Self.isOnPath("psql")
        psql =
            (isOnPath ? "psql" : cluster.binariesDirectory + "/psql")
            + " -h \(cluster.socketDirectory.shellWord) -U \(DatabaseCluster.superuser)"
        self.folder = folder
        self.contract = contract
    }

    func print(_ addresses: [SocketAddress]) {
        let first = addresses[0]
        // The default socket is found without being named.
        let place = first == DefaultAddress.forClient() ? "" : " " + first.flagText
        let option = contract.map { "\n  \(program) resolve \(Seed.venue) \($0)\(place)" } ?? ""
        let change =
            "\(psql) -c \"UPDATE symbols SET precision_price = 5 "
            + "WHERE symbol_string = 'BTC_USDT' AND exchange_id = 2\""
        var output = StandardOutput()
        output.write(
            """

            Symbology answers on \(addresses.map(\.plainText).joined(separator: " and ")).

            In a second terminal, in this folder:

              \(program) resolve GATEIO_SPOT BTC_USDT\(place)
              \(program) find BTC/USDT\(place)
              \(program) search BT\(place)
              \(program) contracts \(Seed.venue) BTC/USD\(place)\(option)
              \(program) watch\(place)

            While that watches, change a row in a third:

              \(change)

            Ctrl-C ends the server and its database; the data stay in \(folder).


            """)
        output.flush()
    }

    private static func isOnPath(_ name: String) -> Bool {
        guard let path = getenv("PATH") else { return false }
        return String(cString: path).split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }
}
