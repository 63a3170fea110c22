import EventLoop
import Logging
import LookupServer
import Platform
import PostgreSQL
import ReferenceData
import ReferenceFeed
import Synchronization

/// A lookup server and the feed that keeps its snapshot current: what `serve` and `dev` have in common.
///
/// The server answers from the first moment on, "not loaded" until the feed has read the tables; the feed goes on
/// trying for as long as there is no database. From an image of the past it serves that, and nothing else: there is no
/// feed then.
final class Serving: Sendable {
    let addresses: [SocketAddress]
    private let server: SymbologyServer
    private let feed: SnapshotFeed?
    private let recorder: MetricsRecorder?
    private let logger: Logger

    /// Listens, then starts to load.
    ///
    /// - Parameters:
    ///   - takesAnyPort: where nobody named a TCP port and the default one is taken, any other will do.
    ///   - snapshotPath: the image file to keep, and to start from; nil for none.
    ///   - sockets: those that listen already; they stand in for the default addresses.
    ///   - onReady: called once, with the first generation that is served, on a serving thread.
    init(
        _ configuration: Configuration, target: ConnectionTarget, logger: Logger, takesAnyPort: Bool = false,
        snapshotPath: String? = nil, inheriting sockets: [InheritedSocket] = [],
        onReady: @escaping @Sendable (Ready) -> Void = { _ in }
    ) throws(CommandFailure) {
        MemoryReturn.enable()
        self.logger = logger
        let settings = try Self.serverConfiguration(configuration, inheriting: sockets)
        try Self.requireMemory(threadCount: settings.threadCount)
        var feedConfiguration = FeedConfiguration(target: target)
        feedConfiguration.image.path = snapshotPath
        feedConfiguration.refresh = try configuration.refreshSettings()
        feedConfiguration.memory = try configuration.memoryLimit()
        feedConfiguration.shrink = try configuration.shrinkLimit()
        feedConfiguration.allowsShrink = try configuration.boolean(.allowShrink)
        let recordingSeconds =
            try configuration.boolean(.recordMetrics) ? try configuration.integer(.metricsInterval) : nil
        let start = ImageStart(path: snapshotPath, Self.lifeRecord(snapshotPath, settings.addresses), logger)
        feedConfiguration.firstGeneration = start.epoch
        if !start.asOf.isAbsent, configuration.value(.database) != nil {
            throw CommandFailure(
                .configuration,
                "\(snapshotPath ?? "") shows the past, as of \(start.asOf): a server of a database does not begin "
                    + "with it",
                next: "leave \(configuration.name(.database)) out to serve the past, or name another file")
        }
        let readiness = Readiness(isFromFile: start.isFromFile, onReady)
        let eventLog = ServerEventLog(logger)
        let isPortNamed = configuration.value(.tcp) != nil || configuration.value(.address) != nil
        (server, addresses) = try Self.start(
            settings, .empty(epoch: start.epoch), logger, takesAnyPort: takesAnyPort && !isPortNamed
        ) { event in
            if case .published(let generation, _, _) = event { readiness.published(generation) }
            eventLog.note(event)
        }
        readiness.listening(addresses)
        let generations = GenerationLog(logger)
        generations.note(start.snapshot)
        guard start.asOf.isAbsent else {
            feed = nil
            recorder = nil
            logger.notice("serving the past, no database is followed", metadata: ["as_of": "\(start.asOf)"])
            server.publish(start.update)
            return
        }
        let metrics = recordingSeconds.map { [server, addresses] seconds in
            MetricsRecorder(
                target, server, instance: MetricsRecorder.instance(addresses), intervalSeconds: seconds, logger)
        }
        recorder = metrics
        do {
            feed = try SnapshotFeed(
                feedConfiguration, initial: start.snapshot, confirmedAt: start.confirmedAt,
                onUpdate: { [server] update in
                    generations.note(update.snapshot)
                    metrics?.note(update)
                    server.publish(update)
                },
                onEvent: { [server] event in
                    if case .connected(let identity) = event {
                        server.updateSystemIdentifier(identity.systemIdentifier)
                    }
                    event.log(logger)
                })
            try metrics?.start()
        } catch {
            server.stop(deadlineMilliseconds: 0)
            throw CommandFailure(.system, "the feed cannot start: \(error)")
        }
        feed?.start()
    }

    /// What a server takes that serves nothing yet, or more: nobody can be asked for it later.
    private static let startByteCount = 64 << 20
    private static let threadByteCount = 9 << 20
    /// Besides those that serve: the feed, its worker, the log, signals, and one that helps.
    private static let furtherThreadCount = 5

    private static func requireMemory(threadCount: Int) throws(CommandFailure) {
        let byteCount = startByteCount + (threadCount + furtherThreadCount) * threadByteCount
        guard !AddressSpace.hasRoom(for: byteCount) else { return }
        throw CommandFailure(
            .system,
            "there is no memory to start: a server takes \(byteCount >> 20) MB more; give it more (ulimit -v, the "
                + "limit of its service)")
    }

    private static func lifeRecord(_ snapshotPath: String?, _ addresses: [SocketAddress]) -> LifeRecord? {
        if let snapshotPath { return LifeRecord(beside: snapshotPath) }
        for case .unix(let path) in addresses { return LifeRecord(beside: path) }
        return nil
    }

    private static func start(
        _ settings: LookupServerConfiguration, _ snapshot: Snapshot, _ logger: Logger, takesAnyPort: Bool,
        onEvent: @escaping @Sendable (ServerEvent) -> Void
    ) throws(CommandFailure) -> (SymbologyServer, [SocketAddress]) {
        var settings = settings
        var mayRetry = takesAnyPort
        while true {
            let server = SymbologyServer(configuration: settings, snapshot: snapshot, onEvent: onEvent)
            do {
                return (server, try server.start())
            } catch {
                guard mayRetry, case .eventLoop(let cause) = error, cause.kind == .addressInUse,
                    let index = settings.addresses.firstIndex(of: DefaultAddress.tcp)
                else { throw failure(error) }
                mayRetry = false
                logger.notice(
                    "the default port is taken, any other will do",
                    metadata: ["address": "\(DefaultAddress.tcp.plainText)"])
                settings.addresses[index] = DefaultAddress.anyPort
            }
        }
    }

    /// Reads the settings anew. A file that is wrong changes nothing: the server goes on as it is and the log says why.
    func reload<Group: SettingGroup>(_ settings: SettingOptions<Group>, startedWith started: Configuration) {
        do {
            let configuration = try Configuration(settings)
            try reload(configuration)
            let waiting = Group.settings.filter {
                !$0.isReloadable && configuration.value($0) != started.value($0)
            }
            // Names alone: a value could be a secret.
            let metadata: Logger.Metadata =
                waiting.isEmpty ? [:] : ["needs_restart": "\(waiting.map(\.name).joined(separator: ","))"]
            logger.log(level: waiting.isEmpty ? .notice : .warning, "reloaded", metadata: metadata)
        } catch {
            logger.error("not reloaded, all stays as it was", metadata: ["error": "\(error)"])
        }
    }

    /// Puts the limits, intervals and log level of another configuration in force, and reads the tables anew.
    /// - Throws: and then nothing has changed.
    private func reload(_ configuration: Configuration) throws(CommandFailure) {
        let limits = try configuration.serverLimits()
        let allowedUserIds = try configuration.allowedUserIds()
        let refresh = try configuration.refreshSettings()
        let memory = try configuration.memoryLimit()
        let shrink = try configuration.shrinkLimit()
        let allowsShrink = try configuration.boolean(.allowShrink)
        LogThreshold.shared.level = try configuration.logLevel()
        feed?.update(refresh: refresh, memory: memory, shrink: shrink, allowsShrink: allowsShrink)
        server.update(limits: limits, allowedUserIds: allowedUserIds)
        // Whoever asks for it has been told what is held back, and what else is to be looked at: it is served now.
        feed?.reload(servingHeldBack: true)
    }

    /// Ends both: no update is lost half way, and clients get the answers that are on their way.
    func stop() {
        feed?.stop()
        recorder?.stop()
        server.stop()
    }

    private static func serverConfiguration(
        _ configuration: Configuration, inheriting sockets: [InheritedSocket]
    ) throws(CommandFailure) -> LookupServerConfiguration {
        var settings = LookupServerConfiguration(addresses: try configuration.listenAddresses(inheriting: sockets))
        settings.inheritedSockets = sockets
        settings.threadCount = try configuration.integer(.threads)
        settings.busyPoll = try configuration.boolean(.busyPoll)
        settings.allowRemote = try configuration.boolean(.allowRemote)
        settings.environment = configuration.value(.environment) ?? ""
        settings.serverVersion = SymbologyCommand.configuration.version
        settings.limits = try configuration.serverLimits()
        settings.allowedUserIds = try configuration.allowedUserIds()
        // As a service the folder's group decides who may connect; everywhere else only its owner may.
        if settings.addresses.contains(DefaultAddress.service) { settings.unixPermissions = 0o660 }
        return settings
    }

    private static func failure(_ error: LookupServerError) -> CommandFailure {
        switch error {
        case .configuration, .remoteAddressRefused: CommandFailure(.configuration, "\(error)")
        case .eventLoop(let error) where error.kind == .addressInUse:
            CommandFailure(
                .system, "\(error)",
                next: "choose another place with --unix or --tcp")
        case .eventLoop(let error) where error.kind == .obstructed:
            CommandFailure(.system, "\(error)", next: "move that file away, or choose another place with --unix")
        case .eventLoop(let error):
            CommandFailure(.system, "\(error)", next: "choose another place with --unix or --tcp")
        }
    }
}

/// What a server says once it answers.
struct Ready: Sendable {
    let addresses: [SocketAddress]
    let generation: UInt64
    /// From an image file rather than from the database.
    let isFromFile: Bool

    func log(_ logger: Logger, addresses isWithAddresses: Bool) {
        var metadata: Logger.Metadata = [
            "generation": "\(generation)", "source": isFromFile ? "file" : "database",
        ]
        if isWithAddresses { metadata["addresses"] = "\(addresses.map(\.plainText).joined(separator: ","))" }
        logger.notice("ready", metadata: metadata)
    }
}

/// Reports the first loaded generation once, and only after the addresses are known.
private final class Readiness: Sendable {
    private struct State {
        var addresses: [SocketAddress]?
        var generation: UInt64?
        var isReported = false
    }

    private let state = Mutex(State())
    private let isFromFile: Bool
    private let onReady: @Sendable (Ready) -> Void

    init(isFromFile: Bool, _ onReady: @escaping @Sendable (Ready) -> Void) {
        self.isFromFile = isFromFile
        self.onReady = onReady
    }

    func listening(_ addresses: [SocketAddress]) { update { $0.addresses = addresses } }

    func published(_ generation: UInt64) {
        // Generation 0 is the empty snapshot: nothing has been read yet.
        if generation > 0 { update { $0.generation = generation } }
    }

    private func update(_ change: (inout State) -> Void) {
        let ready = state.withLock { state -> Ready? in
            change(&state)
            guard !state.isReported, let addresses = state.addresses, let generation = state.generation else {
                return nil
            }
            state.isReported = true
            return Ready(addresses: addresses, generation: generation, isFromFile: isFromFile)
        }
        if let ready { onReady(ready) }
    }
}
