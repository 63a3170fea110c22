import ArgumentParser
import Logging
import ReferenceData
import SymbologyClient

struct WatchCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Each change as it arrives, one line each, until the server goes or Ctrl-C.",
        discussion: """
            The columns are action, kind, id, sequence and generation; with --heartbeats also the age of the data and \
            whether the database is connected. The server serves a change before it tells of it.
            """)
    static let settings = ServerOptions.settings

    @Flag(help: "Print heartbeats too.") var heartbeats = false
    @Option(help: ArgumentHelp("End after so many changes.", valueName: "count")) var count: Int?
    @OptionGroup var server: ServerOptions
    @OptionGroup var common: CommonOptions

    var flags: [Setting: String] { server.flags }

    mutating func validate() throws {
        if let count, count < 1 { throw ValidationError("--count is \(count); it starts at 1") }
    }

    func execute(_ configuration: Configuration) throws {
        let format = try configuration.format()
        let logger = Logger.forCommand("watch")
        // A subscription that was lost is reported, not silently made anew: whoever reads may have missed a change.
        let session = try ServerSession(configuration, reconnects: false)
        let start = try session.ask { client throws(ClientError) in try client.subscribe() }
        logger.info(
            "subscribed",
            metadata: [
                "address": "\(session.address.plainText)", "generation": "\(start.generation)",
                "sequence": "\(start.sequence)",
            ])
        var lines = WatchLines(format, hasHeartbeats: heartbeats)
        var changeCount = 0
        while changeCount < count ?? .max {
            let push = try session.ask { client throws(ClientError) in
                try client.nextPush()
            }
            switch push {
            case .change(let change):
                changeCount += 1
                lines.write(change)
            case .heartbeat(let heartbeat): if heartbeats { lines.write(heartbeat) }
            case .missed(.connectionLost(let error)): throw session.describe(error)
            case .missed(let missed): logger.warning("pushes were lost", metadata: ["how": "\(missed)"])
            case .subscribed, nil: continue
            }
        }
    }
}

/// The lines of `watch`. Without heartbeats they have exactly the five columns of a change.
private struct WatchLines {
    private var writer: RowWriter
    private let hasHeartbeats: Bool

    init(_ format: OutputFormat, hasHeartbeats: Bool) {
        self.hasHeartbeats = hasHeartbeats
        var columns = [
            Column("action", width: 9), Column("kind", width: 10), Column("id", width: 10, isNumber: true),
            Column("sequence", width: 8, isNumber: true), Column("generation", width: 10, isNumber: true),
        ]
        if hasHeartbeats { columns += [Column("age_milliseconds", isNumber: true), Column("database_connected")] }
        writer = RowWriter(format, columns: columns, isStreaming: true)
    }

    mutating func write(_ push: ReferencePush) {
        write(
            action: push.change.action.word, kind: push.change.kind.name,
            id: push.change.kind == .everything ? .absent : Cell(push.change.id), push.sequence, push.generation, [])
    }

    mutating func write(_ push: HeartbeatPush) {
        write(
            action: "heartbeat", kind: nil, id: .absent, push.sequence, push.generation,
            [push.ageMilliseconds.map { Cell($0) } ?? .absent, .boolean(push.isDatabaseConnected)])
    }

    private mutating func write(
        action: String, kind: String?, id: Cell, _ sequence: UInt64, _ generation: UInt64, _ rest: [Cell]
    ) {
        var cells: [Cell] = [.text(action), Cell(kind), id, Cell(sequence), Cell(generation)]
        if hasHeartbeats { cells += rest.isEmpty ? [.absent, .absent] : rest }
        writer.write(cells)
    }
}

extension ReferenceAction {
    /// What scripts have always read for an action.
    fileprivate var word: String { self == .remove ? "delete" : name }
}
