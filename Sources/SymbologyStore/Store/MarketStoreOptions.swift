/// How busy a store is.
public struct MarketStoreUse: Sendable, Hashable {
    /// Connections that are open or being made.
    public let connectionCount: Int
    /// Those of them that nobody uses.
    public let idleCount: Int
    /// Operations that wait for one.
    public let waiterCount: Int
}

/// The maxima of a store, and how long it waits.
public struct MarketStoreOptions: Sendable, Hashable {
    /// The most connections at once; each serves one operation at a time.
    public var connectionCountMax = 4
    /// The most operations that wait for a connection; one more is refused at once (`tooManyWaiting`).
    public var waiterCountMax = 256
    /// The longest that an operation waits for a connection.
    public var waitMilliseconds = 5_000
    /// The longest that the database works on one statement; it ends it itself then (`refused`).
    public var statementMilliseconds = 30_000

    /// A database that is silent for so long behind that is frozen or out of reach: its connection is cut. Tests wait
    /// for less.
    var silenceMilliseconds = 5_000

    /// When a statement, or one batch of an insert, is cut by the store itself.
    var cutMilliseconds: Int { statementMilliseconds + silenceMilliseconds }

    /// Four connections, waits of 5 s, statements of 30 s.
    public init() {}

    func check() throws(MarketStoreError) {
        let numbers = [
            ("connectionCountMax", connectionCountMax, 1), ("waiterCountMax", waiterCountMax, 0),
            ("waitMilliseconds", waitMilliseconds, 0), ("statementMilliseconds", statementMilliseconds, 1),
        ]
        for (name, number, least) in numbers where number < least || number > 1_000_000_000 {
            throw .configuration("\(name) is \(number): a number from \(least) to 1000000000 is wanted")
        }
    }
}
