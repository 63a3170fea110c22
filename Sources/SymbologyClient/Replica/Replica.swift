import Glibc
import Platform
import ReferenceData
import Synchronization

/// The reference data in this process: lookups in nanoseconds, kept current by a thread of its own.
///
/// The thread subscribes to the server's changes, takes the server's image (on the same host it maps the file, so that
/// all engines share one copy of the memory; otherwise it fetches the bytes) and applies each change as it is pushed.
/// When it misses one, or the connection, it catches up by itself, and says `stale` until it has. What expires or is
/// delisted at an announced time becomes inactive at that time by the clock of this host, with a server and without.
///
/// ```swift
/// import SymbologyClient
///
/// let replica = try Replica(
///     .unix(path: "/run/symbology/symbology.sock"),
///     options: ReplicaOptions(environment: "production", imagePath: "/var/lib/engine/symbology.image"))
/// try replica.waitUntilLive(timeoutMilliseconds: 5_000)  // or go on with `fromFile`: see `status`
///
/// let reader = replica.reader()  // one for each thread
/// guard let exchangeId = reader.exchangeId(code: "GATEIO_SPOT"),
///     let key = SymbolKey(exchangeId: exchangeId, symbol: "BTC_USDT")
/// else { return }
/// let answer = reader.resolve(key)  // no lock, no allocation, no system call
/// if answer.status == .ok, reader.state == .live { print(answer.symbolId) }
///
/// // A contract by its unified name: an option that expires on 25 December 2026.
/// if let key = NameKey(exchangeId: exchangeId, name: "BTC/USDT:USDT-261225-100000-C") {
///     let option = reader.resolve(key)
///     if option.status == .ok { print(option.symbolId) }
/// }
/// replica.stop()
/// ```
///
/// A backtest opens an image of a past time, made with `symbology image --as-of`, and gets the ids and rules that were
/// valid then. It stays as it is; no server is asked.
///
/// ```swift
/// let then = try Replica(imagePath: "/data/symbology-2026-11-01.image")
/// print(then.status.asOf, then.reader().resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT").symbolId)
/// ```
///
/// Thread-safe. It ends with `stop` or with its last reference; its readers go on with what they hold, `stale`.
public final class Replica: Sendable {
    /// The server that it follows; nil where it follows none.
    public let address: ServerAddress?
    /// As they were given; they do not change any more.
    public let options: ReplicaOptions

    private let publication: ReplicaPublication
    private let interrupt: InterruptPipe
    private let thread: Mutex<SystemThread?>

    /// Opens the image at `imagePath`, if there is one, and starts the thread; does not wait for the server. Where that
    /// image is of a past time, no server is asked.
    ///
    /// - Parameters:
    ///   - address: where the server listens.
    ///   - options: the environment that is expected, the image file, the times.
    ///   - onStateChange: called on the replica's thread, which waits meanwhile; it must not call `stop`.
    /// - Throws: `invalidOption` for a name that does not fit, or when the process has no thread or descriptor left. A
    ///   server that cannot be reached is no error here: `status` names it, and the thread goes on trying.
    public convenience init(
        _ address: ServerAddress, options: ReplicaOptions = ReplicaOptions(),
        onStateChange: (@Sendable (ReplicaStatus) -> Void)? = nil
    ) throws(ClientError) {
        try self.init(
            address, options: options, wallClock: WallClock.microseconds, onStateChange: onStateChange)
    }

    /// Answers from an image file and follows no server: `fromFile` for good. What is due becomes inactive all the
    /// same, unless the image is of a past time.
    ///
    /// - Throws: `invalidOption` where the file cannot be used, or the process has no thread or descriptor left.
    public convenience init(imagePath: String) throws(ClientError) {
        try self.init(
            nil, options: ReplicaOptions(environment: nil, imagePath: imagePath), wallClock: WallClock.microseconds,
            onStateChange: nil)
        if status.state == .notLoaded {
            throw .invalidOption(name: "imagePath", detail: "names no image: \(status.imageProblem ?? imagePath)")
        }
    }

    /// - Parameter wallClock: microseconds since 1970-01-01, by which rows become due; tests bring their own.
    package init(
        _ address: ServerAddress?, options: ReplicaOptions, wallClock: @escaping @Sendable () -> Int64,
        onStateChange: (@Sendable (ReplicaStatus) -> Void)?
    ) throws(ClientError) {
        try LookupClient.check(options.clientOptions)
        guard let interrupt = InterruptPipe() else {
            throw .invalidOption(name: "replica", detail: "needs two descriptors, and the process has none left")
        }
        let (saved, problem) = Self.openSaved(options.imagePath)
        let now = Timestamp(microsecondsSince1970: wallClock())
        let snapshot = saved.map { ReplicaMachine.judged($0.snapshot, at: now, canGoBack: true) ?? $0.snapshot }
        let publication = ReplicaPublication(
            snapshot ?? .empty(epoch: 0), state: snapshot == nil ? .notLoaded : .fromFile)
        publication.note { $0.imageProblem = problem }
        if let saved {
            publication.confirmed(ageMilliseconds: Self.ageMilliseconds(saved), at: MonotonicClock.nanoseconds())
        }
        let isOfPastTime = snapshot?.asOf.isAbsent == false
        var thread: SystemThread?
        do {
            // Nothing happens to an image of a past time.
            if !isOfPastTime {
                thread = try SystemThread(receivesSignals: false) {
                    ReplicaFeed(
                        address, options: options, publication: publication, interrupt: interrupt,
                        wallClock: wallClock, onStateChange: onStateChange
                    ).run()
                }
            }
        } catch {
            throw .invalidOption(name: "replica", detail: "needs a thread, and the system gives none")
        }
        self.address = isOfPastTime ? nil : address
        self.options = options
        self.publication = publication
        self.interrupt = interrupt
        self.thread = Mutex(thread)
    }

    deinit { stop() }

    private static func openSaved(_ path: String?) -> (image: SnapshotImage?, problem: String?) {
        guard let path else { return (nil, nil) }
        do throws(ImageFileError) {
            return (try SnapshotImage.open(path: path), nil)
        } catch {
            // None yet is how every first start begins.
            if case .system(_, let code) = error, code == ENOENT { return (nil, nil) }
            return (nil, "\(path): \(error)")
        }
    }

    /// By the wall clock, which is all that two lives of a host have in common; nil when it cannot be right.
    private static func ageMilliseconds(_ image: SnapshotImage) -> UInt64? {
        guard !image.confirmedAt.isAbsent else { return nil }
        let (age, overflow) = WallClock.microseconds().subtractingReportingOverflow(
            image.confirmedAt.microsecondsSince1970)
        return overflow || age < 0 ? nil : UInt64(age) / 1_000
    }

    /// A reader for one thread. O(1).
    public func reader() -> ReplicaReader { ReplicaReader(publication) }

    /// How it stands now.
    public var status: ReplicaStatus { publication.status }

    /// Whether the answers are those of the tables as they were that long ago, or later. See `ReplicaReader.isFresh`.
    public func isFresh(within limit: Duration) -> Bool { publication.isFresh(within: limit) }

    /// Waits until it is live.
    ///
    /// - Throws: `environmentMismatch` as soon as the server is known to be the wrong one; when the time is over, what
    ///   keeps it from the server, `notLoaded` where the server has not loaded its tables itself, `imageNotUsable` with
    ///   what is wrong with its image, or `timeout`. `invalidOption` where it follows no server.
    public func waitUntilLive(timeoutMilliseconds: Int) throws(ClientError) {
        guard let address else {
            throw .invalidOption(name: "imagePath", detail: "makes it answer from a file: no server is followed")
        }
        var isWrongServer = false
        let isLive = wait(timeoutMilliseconds: timeoutMilliseconds) { status in
            if case .environmentMismatch? = status.failure { isWrongServer = true }
            return status.state == .live || isWrongServer
        }
        if isLive, !isWrongServer { return }
        let status = status
        if let failure = status.failure { throw failure }
        if status.isServerLoaded == false { throw .notLoaded(address) }
        if let problem = status.imageProblem { throw .imageNotUsable(address, detail: problem) }
        throw .timeout(address, operation: "the replica", milliseconds: timeoutMilliseconds)
    }

    /// Waits until something is true of its status, and says whether it came true in time. Looks again whenever a
    /// snapshot or a state is published.
    public func wait(timeoutMilliseconds: Int, until isTrue: (ReplicaStatus) -> Bool) -> Bool {
        publication.wait(by: .after(milliseconds: timeoutMilliseconds), until: isTrue)
    }

    /// Ends the thread and waits for it; what it holds is saved first, where `imagePath` says so. Further calls do
    /// nothing.
    /// While a name is resolved by the system the end has to wait for it.
    public func stop() {
        interrupt.interrupt()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }
}
