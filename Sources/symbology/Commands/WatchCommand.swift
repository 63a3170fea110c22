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

    @Flag(help: "Print heartbeats too.") var heartbeats = false
    @Option(help: ArgumentHelp("End after so many changes.", valueName: "count")) var count: Int?
    @OptionGroup var settings: SettingOptions<ClientSettings>

    mutating func validate() throws {
        if let count, count < 1 { throw ValidationError("--count is \(count); it starts at 1") }
    }

    func execute(_ configuration: Configuration) throws {
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
        var lines = WatchLines(configuration.format, hasHeartbeats: heartbeats)
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
    private var writer: RowWriter<Line>
    /// What there is to say of a change and of a heartbeat.
    private struct Line {
        let action: String
        var kind: String?
        var id: UInt32?
        let sequence: UInt64
        let generation: UInt64
        var ageMilliseconds: UInt64?
        var isDatabaseConnected: Bool?
    }

    private static let fields: [Field<Line>] = [
        Field("action", width: 9, \.action), Field("kind", width: 10, \.kind),
        Field("id", width: 10, isNumber: true, \.id), Field("sequence", width: 8, isNumber: true, \.sequence),
        Field("generation", width: 16, isNumber: true, \.generation),
    ]
    private static let heartbeatFields: [Field<Line>] = [
        Field("age_milliseconds", isNumber: true, \.ageMilliseconds),
        Field("database_connected", \.isDatabaseConnected),
    ]

    init(_ format: OutputFormat, hasHeartbeats: Bool) {
        let fields = Self.fields + (hasHeartbeats ? Self.heartbeatFields : [])
        writer = RowWriter(format, fields, isStreaming: true)
    }

    mutating func write(_ push: ReferencePush) {
        let change = push.change
        writer.write(
            Line(
                action: change.action.word, kind: change.kind.name, id: change.kind == .everything ? nil : change.id,
                sequence: push.sequence, generation: push.generation))
    }

    mutating func write(_ push: HeartbeatPush) {
        writer.write(
            Line(
                action: "heartbeat", sequence: push.sequence, generation: push.generation,
                ageMilliseconds: push.ageMilliseconds, isDatabaseConnected: push.isDatabaseConnected))
    }
}

extension ReferenceAction {
    /// What scripts have always read for an action.
    fileprivate var word: String { self == .remove ? "delete" : name }
}
