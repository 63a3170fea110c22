import EventLoop
import Platform
import ReferenceData
import Synchronization

/// Answers lookups over Unix sockets and TCP from a snapshot in memory, and pushes changes to subscribers.
///
/// Thread-safe: `publish` may come from any thread. `start`, `publish` and `stop` may block shortly and are not to be
/// called from a serving thread, and so not from `onEvent`.
public final class SymbologyServer: Sendable {
    private enum Phase {
        case new
        case running([ServingThread])
        case stopped
    }

    private let shared: ServerShared
    private let publisher: Publisher
    private let phase = Mutex(Phase.new)
    private let first: Snapshot
    private let limitsInForce: Mutex<ServerLimits>
    /// The most bytes that may wait for all clients, whatever is wanted.
    private let queuedByteCountCeiling: Int
    /// Those of them that others leave alone.
    private let reservedByteCount: Int

    /// Takes no resources yet.
    /// - Parameters:
    ///   - snapshot: what is served until the first `publish`; `Snapshot.empty` answers "not loaded".
    ///   - onEvent: called on the thread where it happens and must not wait there.
    public init(
        configuration: LookupServerConfiguration, snapshot: Snapshot,
        onEvent: @escaping @Sendable (ServerEvent) -> Void = { _ in }
    ) {
        var limits = configuration.limits
        limits.clientCountMax = DescriptorLimit.clientCountMax(
            wanted: limits.clientCountMax, reserve: limits.descriptorReserve + configuration.descriptorCount)
        // What one client that reads may leave waiting must be had, or nobody could be served.
        queuedByteCountCeiling = max(
            ClientMemory.byteCountMax() ?? .max, limits.answerPauseByteCount + limits.answerByteCountMax)
        limits.queuedByteCountTotalMax = min(limits.queuedByteCountTotalMax, queuedByteCountCeiling)
        reservedByteCount = AddressSpace() == nil ? 0 : limits.queuedByteCountTotalMax
        AddressSpace.reserve(reservedByteCount)
        shared = ServerShared(configuration: configuration, limits: limits, onEvent: onEvent)
        publisher = Publisher(shared: shared)
        limitsInForce = Mutex(limits)
        first = snapshot
    }

    deinit { AddressSpace.reserve(-reservedByteCount) }

    /// Starts the serving threads and listens on every address of the configuration.
    /// - Returns: the addresses really bound, in the order of the configuration; inherited ones last.
    /// - Throws: and then nothing is left running or listening.
    @discardableResult
    public func start() throws(LookupServerError) -> [SocketAddress] {
        let configuration = shared.configuration
        try SymbologyServer.check(configuration)
        let addresses = try SymbologyServer.resolve(configuration)
        var threads: [ServingThread] = []
        do {
            for index in 0..<configuration.threadCount {
                let serving = try ServingThread(index: index, shared: shared, publisher: publisher, snapshot: first)
                threads.append(serving)
                try serving.thread.performAndWait { try serving.setUp($0) }
            }
            var bound: [SocketAddress] = []
            for address in addresses { bound.append(try listen(address, threads)) }
            let all = threads
            for socket in configuration.inheritedSockets {
                let hand = SymbologyServer.dealOut(to: all)
                _ = try all[0].thread.performAndWait { loop in
                    try all[0].add(
                        Listener(on: loop, adopting: socket, onAccept: hand, onFailure: all[0].acceptPaused))
                }
                bound.append(socket.address)
            }
            phase.withLock { $0 = .running(threads) }
            publisher.attach(threads)
            for address in bound { shared.onEvent(.listening(address)) }
            return bound
        } catch {
            SymbologyServer.end(threads, deadlineMilliseconds: 0)
            if let error = error as? EventLoopError { throw .eventLoop(error) }
            throw .configuration("\(error)")
        }
    }

    /// Makes every serving thread answer from the new snapshot, then pushes the changes. Returns at once; the event
    /// `published` says when it is done. Updates that come faster than they can be adopted are adopted together. One
    /// whose snapshot is that of the one before renews the state of the source: for heartbeats and `ServerStatus`.
    public func publish(_ update: SnapshotUpdate) { publisher.publish(update) }

    /// Tells `Welcome` which cluster the data comes from.
    public func updateSystemIdentifier(_ identifier: UInt64) {
        shared.systemIdentifier.store(identifier, ordering: .relaxed)
    }

    /// Says in heartbeats and in the status whether metrics that are to be recorded cannot be.
    public func update(isMetricsUnwritten: Bool) {
        shared.isMetricsUnwritten.store(isMetricsUnwritten, ordering: .relaxed)
    }

    /// Counts so far.
    public var statistics: ServerStatistics { shared.statistics }

    /// Percentiles of the times of all reads so far, in nanoseconds, in the order asked; nil before one was timed.
    /// O(threads). Allocates.
    public func latencyNanoseconds(_ fractions: [Double]) -> [UInt64]? {
        LatencySamples.percentiles(fractions, of: shared.latencies)
    }

    /// The limits in force: those of the configuration, with `clientCountMax` lowered to what descriptors allow, and
    /// `queuedByteCountTotalMax` to what memory does.
    public var limits: ServerLimits { limitsInForce.withLock { $0 } }

    /// Puts other limits in force while the server runs, and other users; returns at once. What they say of history and
    /// of changes per update stays as it was at the start, and so do the timers. Nobody who is connected is thrown out.
    /// - Parameter wanted: limits without a `contradiction`.
    public func update(limits wanted: ServerLimits, allowedUserIds: Set<UInt32>?) {
        var limits = wanted
        limits.clientCountMax = DescriptorLimit.clientCountMax(
            wanted: limits.clientCountMax,
            reserve: limits.descriptorReserve + shared.configuration.descriptorCount)
        limits.queuedByteCountTotalMax = min(limits.queuedByteCountTotalMax, queuedByteCountCeiling)
        let adopted = limits
        limitsInForce.withLock { $0 = adopted }
        guard case .running(let threads) = phase.withLock({ $0 }) else { return }
        for serving in threads {
            serving.thread.perform(evenWhenFull: true) { _ in serving.adopt(adopted, allowedUserIds: allowedUserIds) }
        }
    }

    /// Stops accepting, answers what is on its way, sends every client `Rejected` with `shuttingDown`, flushes, closes,
    /// and ends the threads. Waits for all that. Clients that have not read their last frames by the deadline are cut.
    public func stop(deadlineMilliseconds: UInt64 = 5_000) {
        let threads = phase.withLock { phase -> [ServingThread]? in
            guard case .running(let threads) = phase else { return nil }
            phase = .stopped
            return threads
        }
        guard let threads else { return }
        shared.onEvent(.stopping)
        SymbologyServer.end(threads, deadlineMilliseconds: deadlineMilliseconds)
        publisher.attach([])
        shared.onEvent(.stopped)
    }

    private static func end(_ threads: [ServingThread], deadlineMilliseconds: UInt64) {
        let drained = Countdown(threads.count)
        for serving in threads {
            let isAccepted = serving.thread.perform(evenWhenFull: true) { _ in
                serving.drain(deadlineMilliseconds: deadlineMilliseconds) { drained.arrive() }
            }
            if !isAccepted { drained.arrive() }
        }
        drained.wait()
        for serving in threads { serving.thread.stop() }
        for serving in threads { serving.thread.join() }
    }

    /// TCP: every thread listens, and the kernel deals connections out. Unix: the first thread listens and hands them
    /// round.
    private func listen(_ address: SocketAddress, _ threads: [ServingThread]) throws -> SocketAddress {
        var options = ListenerOptions()
        options.unixPermissions = shared.configuration.unixPermissions
        options.makesFolder = shared.configuration.makesSocketFolder
        options.sharesPort = threads.count > 1
        if case .unix = address {
            return try SymbologyServer.listen(
                threads[0], address, options, hand: SymbologyServer.dealOut(to: threads))
        }
        var bound = address
        for (index, serving) in threads.enumerated() {
            options.isFirstOnPort = index == 0
            bound = try SymbologyServer.listen(serving, bound, options) { serving.serve($0) }
        }
        return bound
    }

    private static func listen(
        _ serving: ServingThread, _ address: SocketAddress, _ options: ListenerOptions,
        hand: @escaping @Sendable (AcceptedSocket) -> Void
    ) throws -> SocketAddress {
        try serving.thread.performAndWait { loop in
            try serving.add(
                Listener(on: loop, address: address, options: options, onAccept: hand, onFailure: serving.acceptPaused))
        }
    }

    /// Hands sockets that the first thread accepts round.
    private static func dealOut(to threads: [ServingThread]) -> @Sendable (AcceptedSocket) -> Void {
        let next = Counter()
        return { socket in
            let target = threads[next.take() % threads.count]
            if target === threads[0] {
                target.serve(socket)
            } else {
                // A socket that the thread cannot take any more is closed when it is freed.
                target.thread.perform { _ in target.serve(socket) }
            }
        }
    }

    private final class Counter: Sendable {
        private let next = Atomic<Int>(0)
        func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
    }

    private static func check(_ configuration: LookupServerConfiguration) throws(LookupServerError) {
        guard !configuration.addresses.isEmpty || !configuration.inheritedSockets.isEmpty else {
            throw .configuration("no address to listen on: name a Unix socket or a TCP address")
        }
        guard (1...LookupServerConfiguration.threadCountMax).contains(configuration.threadCount) else {
            throw .configuration(
                "\(configuration.threadCount) serving threads: choose 1 to \(LookupServerConfiguration.threadCountMax)")
        }
        if let contradiction = configuration.limits.contradiction {
            throw .configuration("\(contradiction.what); \(contradiction.next)")
        }
        for (name, text) in [
            ("environment", configuration.environment), ("server version", configuration.serverVersion),
        ] where text.utf8.count > LookupServerConfiguration.textByteCountMax || text.utf8.contains(0) {
            throw .configuration(
                "\(name) \"\(text)\": at most \(LookupServerConfiguration.textByteCountMax) bytes, without NUL")
        }
    }

    /// The addresses to listen on, in numbers: a name could be resolved to another address when it is bound than when
    /// it was judged.
    private static func resolve(_ configuration: LookupServerConfiguration) throws(LookupServerError) -> [SocketAddress]
    {
        var addresses: [SocketAddress] = []
        var remote: SocketAddress?
        do throws(EventLoopError) {
            for address in configuration.addresses {
                let numeric = try address.numeric()
                addresses.append(numeric)
                if try !numeric.isLocal() { remote = remote ?? address }
            }
            for address in configuration.inheritedSockets.map(\.address) {
                if try !address.isLocal() { remote = remote ?? address }
            }
        } catch {
            throw .eventLoop(error)
        }
        if let remote, !configuration.allowRemote { throw .remoteAddressRefused(remote) }
        return addresses
    }
}
