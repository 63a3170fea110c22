import ReferenceData

/// Looks up in the process, for one thread: a replica makes one for each thread that asks.
///
/// It holds the snapshot that it answered from last. Before each lookup it looks, with one atomic load, whether there
/// is a newer one, and takes it then; otherwise a lookup by prepared key, by id or in a batch allocates, locks, retains
/// and waits for nothing. What it returns are copies. One answer, and one batch, shows one generation. It outlives its
/// replica, from which on it is `stale`.
public final class ReplicaReader {
    private let publication: ReplicaPublication
    /// Keeps alive what `unretained` points at.
    private var snapshot: Snapshot
    /// The same without the reference count that loading a strong reference would touch on every lookup.
    private var unretained: Unmanaged<Snapshot>
    private var version: UInt64
    /// Put into the flags of every answer.
    private var extraFlags: ResolutionFlags

    init(_ publication: ReplicaPublication) {
        self.publication = publication
        let current = publication.current()
        snapshot = current.snapshot
        unretained = Unmanaged.passUnretained(current.snapshot)
        version = current.version
        extraFlags = current.isFromFile ? .fromFile : []
    }

    /// Takes the newest snapshot where there is one.
    @inline(__always)
    private func refresh() {
        if publication.version.load(ordering: .acquiring) != version { swap() }
    }

    @inline(never)
    private func swap() {
        let current = publication.current()
        version = current.version
        extraFlags = current.isFromFile ? .fromFile : []
        unretained = Unmanaged.passUnretained(current.snapshot)
        // The one before is freed here only when nobody else holds it; the replica holds it for a while.
        snapshot = current.snapshot
    }

    /// The newest snapshot, for lookups that this type does not have. It stays as it is, however long it is held.
    public var newestSnapshot: Snapshot {
        refresh()
        return snapshot
    }

    // MARK: How it stands

    /// How far the answers can be trusted, at this moment: a server that fell silent is noticed here even where
    /// nothing else has noticed it. Reads the clock, and locks nothing.
    public var state: ReplicaState { publication.state }

    /// Of the snapshot that the next lookup answers from.
    public var generation: UInt64 {
        refresh()
        return unretained._withUnsafeGuaranteedRef { $0.generation }
    }

    /// The server's life that generations belong to.
    public var epoch: UInt64 {
        refresh()
        return unretained._withUnsafeGuaranteedRef { $0.epoch }
    }

    /// Since the answers were last known equal to the tables; nil when nobody knows. Reads the clock.
    public var ageNanoseconds: UInt64? { publication.ageNanoseconds }

    /// Whether the answers are those of the tables as they were that long ago, or later: it is `live`, the server's
    /// connection to its database stands, and the age is within the limit. Reads the clock, and locks nothing.
    ///
    /// Where nothing changes a server reads its tables every `--poll-interval`, 2 s unless set otherwise, and says so
    /// with its next heartbeat, a second later at most: a limit below the two together is not kept at all times.
    ///
    /// ```swift
    /// guard reader.isFresh(within: .seconds(5)) else { return }  // no order on rules that nobody has confirmed
    /// ```
    public func isFresh(within limit: Duration) -> Bool { publication.isFresh(within: limit) }

    // MARK: Prepared keys and ids

    /// The ids of a venue's own symbol string. O(1), allocates nothing.
    @inlinable
    @inline(__always)
    public func resolve(_ key: SymbolKey) -> SymbolResolution { resolve(symbol: key.words.front, key.words.back) }

    /// The ids of a pair on a venue. O(1), allocates nothing.
    @inlinable
    @inline(__always)
    public func resolve(_ key: PairKey) -> SymbolResolution { resolve(pair: key.words.front, key.words.back) }

    /// The ids of a unified name on a venue. O(1), allocates nothing.
    ///
    /// ```swift
    /// guard let exchangeId = reader.exchangeId(code: "DERIBIT_OPTIONS"),
    ///     let key = NameKey(exchangeId: exchangeId, name: "BTC/USD:BTC-261225-100000-C")
    /// else { return }
    /// let answer = reader.resolve(key)  // as often as you like; `inactive` from the moment it expires
    /// ```
    ///
    /// `BASE/QUOTE` has no such key: it is a pair, `PairKey`.
    @inlinable
    @inline(__always)
    public func resolve(_ key: NameKey) -> SymbolResolution { resolve(name: key.words.front, key.words.back) }

    // A key is taken apart where they are called, as by `Snapshot`.

    @inline(never)
    @usableFromInline
    func resolve(symbol front: KeyWords.Front, _ back: KeyWords.Back) -> SymbolResolution {
        answer { $0.resolve(symbol: front, back) }
    }

    @inline(never)
    @usableFromInline
    func resolve(pair front: KeyWords.Front, _ back: KeyWords.Back) -> SymbolResolution {
        answer { $0.resolve(pair: front, back) }
    }

    @inline(never)
    @usableFromInline
    func resolve(name front: KeyWords.Front, _ back: KeyWords.Back) -> SymbolResolution {
        answer { $0.resolve(name: front, back) }
    }

    @inline(__always)
    private func answer(_ look: (Snapshot) -> SymbolResolution) -> SymbolResolution {
        refresh()
        var answer = unretained._withUnsafeGuaranteedRef { look($0) }
        answer.flags.formUnion(extraFlags)
        return answer
    }

    /// Resolves many keys from one generation, which it returns, and overlaps the waits for memory. `results` must have
    /// room for every key. Allocates nothing.
    @discardableResult
    public func resolve(_ keys: Span<SymbolKey>, into results: inout MutableSpan<SymbolResolution>) -> UInt64 {
        resolve(keys, into: &results) { snapshot, keys, results in
            snapshot.resolve(
                symbolKeys: keys, strideByteCount: MemoryLayout<SymbolKey>.stride, count: results.count,
                into: results.baseAddress!)
        }
    }

    /// Resolves many pairs; otherwise as for symbol keys.
    @discardableResult
    public func resolve(_ keys: Span<PairKey>, into results: inout MutableSpan<SymbolResolution>) -> UInt64 {
        resolve(keys, into: &results) { snapshot, keys, results in
            snapshot.resolve(
                pairKeys: keys, strideByteCount: MemoryLayout<PairKey>.stride, count: results.count,
                into: results.baseAddress!)
        }
    }

    /// Resolves many unified names; otherwise as for symbol keys.
    @discardableResult
    public func resolve(_ keys: Span<NameKey>, into results: inout MutableSpan<SymbolResolution>) -> UInt64 {
        resolve(keys, into: &results) { snapshot, keys, results in
            snapshot.resolve(
                nameKeys: keys, strideByteCount: MemoryLayout<NameKey>.stride, count: results.count,
                into: results.baseAddress!)
        }
    }

    @inline(__always)
    private func resolve<Key: BitwiseCopyable>(
        _ keys: Span<Key>, into results: inout MutableSpan<SymbolResolution>,
        _ look: (Snapshot, UnsafeRawPointer, UnsafeMutableBufferPointer<SymbolResolution>) -> Void
    ) -> UInt64 {
        precondition(results.count >= keys.count, "there is no room for every result")
        refresh()
        let count = keys.count
        guard count > 0 else { return unretained._withUnsafeGuaranteedRef { $0.generation } }
        let flags = extraFlags
        return unretained._withUnsafeGuaranteedRef { snapshot in
            keys.withUnsafeBytes { keyBytes in
                results.withUnsafeMutableBufferPointer { answers in
                    let wanted = UnsafeMutableBufferPointer(rebasing: answers[..<count])
                    look(snapshot, keyBytes.baseAddress!, wanted)
                    if !flags.isEmpty {
                        for index in wanted.indices { wanted[index].flags.formUnion(flags) }
                    }
                }
            }
            return snapshot.generation
        }
    }

    /// The record of an id: `inactive` gives it too; with any other status but `ok` it is empty. O(1), allocates
    /// nothing.
    public func symbolRecord(
        id: UInt32
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, record: SymbolRecord) {
        refresh()
        let flags = extraFlags
        return unretained._withUnsafeGuaranteedRef { $0.symbolRecord(id: id, extraFlags: flags) }
    }

    /// The id of an exchange by its code, for prepared keys; nil when unknown. O(1).
    public func exchangeId(code: String) -> UInt16? {
        refresh()
        return unretained._withUnsafeGuaranteedRef { $0.exchangeId(code: code) }
    }
}

/// One thread at a time.
@available(*, unavailable)
extension ReplicaReader: Sendable {}

/// Lookups by text, from the newest snapshot. Those that return rows make Strings, and so allocate.
extension ReplicaReader: SymbolDiscovering {
    /// A replica answers from memory, so nothing can fail.
    public typealias Failure = Never

    private var resolver: SnapshotResolver {
        refresh()
        return SnapshotResolver(snapshot, extraFlags: extraFlags)
    }

    /// The ids of a venue's own symbol string. O(1).
    public func resolve(exchange: String, symbol: String) -> SymbolResolution {
        answer { $0.resolve(exchange: exchange, symbol: symbol) }
    }

    /// The ids of a pair on a venue. O(1).
    public func resolve(exchange: String, base: String, quote: String) -> SymbolResolution {
        answer { $0.resolve(exchange: exchange, base: base, quote: quote) }
    }

    /// The ids of a unified name on a venue. O(1).
    public func resolve(exchange: String, unifiedName: String) -> SymbolResolution {
        answer { $0.resolve(exchange: exchange, unifiedName: unifiedName) }
    }

    /// The exchange of a code, the enum value or else the name. O(1).
    public func exchange(code: String) -> ExchangeLookup { resolver.exchange(code: code) }

    /// The exchange of an id. O(1).
    public func exchange(id: UInt16) -> ExchangeLookup { resolver.exchange(id: id) }

    /// Every exchange in id order; nil is every market type. O(exchanges).
    public func exchanges(marketType: MarketType?, activeOnly: Bool) -> ExchangePage {
        resolver.exchanges(marketType: marketType, activeOnly: activeOnly)
    }

    /// The symbol of an id. O(1).
    public func symbol(id: UInt32) -> SymbolLookup { resolver.symbol(id: id) }

    /// Symbols in id order after one id; nil is every exchange. O(log n + symbols passed over).
    public func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) -> SymbolPage {
        resolver.symbols(exchange: exchange, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
    }

    /// The symbols of a pair on all exchanges, in order of exchange id, expiry, strike, option type and id.
    /// O(log n + symbols of the pair).
    public func find(
        base: String, quote: String, kinds: InstrumentKinds = [], activeOnly: Bool = false, afterSymbolId: UInt32 = 0,
        limit: Int = .max
    ) -> SymbolPage {
        resolver.find(
            base: base, quote: quote, kinds: kinds, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
    }

    /// The contracts of a pair, in order of exchange id, expiry, strike, option type and id; nil is every exchange.
    /// O(log n + symbols of the pair).
    public func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds = [],
        expiresFrom: Timestamp = .absent, expiresTo: Timestamp = .absent, activeOnly: Bool = false,
        afterSymbolId: UInt32 = 0, limit: Int = .max
    ) -> SymbolPage {
        resolver.contracts(
            exchange: exchange, base: base, quote: quote, kinds: kinds, expiresFrom: expiresFrom, expiresTo: expiresTo,
            activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
    }

    /// Symbols whose string, base or quote match, best first. See `Snapshot.search` for what it costs.
    public func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) -> SymbolPage {
        resolver.search(text, mode: mode, exchange: exchange, activeOnly: activeOnly, limit: limit)
    }

    /// Pairs that at least `venueCountMin` exchanges list, in order of base and quote. O(n).
    public func pairs(venueCountMin: Int, activeOnly: Bool, limit: Int) -> PairPage {
        resolver.pairs(venueCountMin: venueCountMin, activeOnly: activeOnly, limit: limit)
    }

    /// The assets of an exchange with their counts of symbols, in order; nil is every exchange. O(n).
    public func assets(exchange: String?, activeOnly: Bool, after: String? = nil, limit: Int = .max) -> AssetPage {
        resolver.assets(exchange: exchange, activeOnly: activeOnly, after: after, limit: limit)
    }

    /// Symbols that their venue has not listed since a time, in id order after one id; nil is every exchange. O(n).
    public func symbols(
        exchange: String?, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) -> SymbolPage {
        resolver.symbols(
            exchange: exchange, notSeenSince: notSeenSince, activeOnly: activeOnly, afterSymbolId: afterSymbolId,
            limit: limit)
    }
}
