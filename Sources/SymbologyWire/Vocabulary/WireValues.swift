// Values of one-byte fields, as raw integers: this module knows no reference data. `ReferenceData` has types for
// people.

/// `status` of responses.
public enum WireStatus {
    /// The answer is in the frame.
    @inlinable public static var ok: UInt8 { 0 }
    /// No such symbol on that exchange, or no such id.
    @inlinable public static var unknownSymbol: UInt8 { 1 }
    /// No such exchange.
    @inlinable public static var unknownExchange: UInt8 { 2 }
    /// The symbol or its exchange is inactive (delisted); ids and precisions are given.
    @inlinable public static var inactive: UInt8 { 3 }
    /// The server has not loaded its tables yet: ask again.
    @inlinable public static var notLoaded: UInt8 { 4 }
    /// The request says nothing that could be looked up.
    @inlinable public static var malformed: UInt8 { 5 }
    /// A limit that `Welcome` names was exceeded.
    @inlinable public static var limitReached: UInt8 { 6 }
    /// This server cannot do that.
    @inlinable public static var unsupported: UInt8 { 7 }
    /// The list began in a generation that is no longer served: start it again.
    @inlinable public static var generationGone: UInt8 { 8 }
    /// The row exists but cannot be represented.
    @inlinable public static var refused: UInt8 { 9 }
}

/// `marketType` of exchanges and of `ListExchanges`.
public enum WireMarketType {
    /// Requests only.
    @inlinable public static var any: UInt8 { 0 }
    @inlinable public static var spot: UInt8 { 1 }
    @inlinable public static var futures: UInt8 { 2 }
    @inlinable public static var options: UInt8 { 3 }
}

/// `mode` of `SearchSymbols`.
public enum WireSearchMode {
    /// The text begins the symbol string, the base or the quote asset.
    @inlinable public static var prefix: UInt8 { 1 }
    /// The text occurs in one of them.
    @inlinable public static var substring: UInt8 { 2 }
}

/// `kind` of `Change`: which table.
public enum WireChangeKind {
    /// Anything may have changed: read again what you hold.
    @inlinable public static var everything: UInt8 { 0 }
    @inlinable public static var exchange: UInt8 { 1 }
    @inlinable public static var symbol: UInt8 { 2 }
}

/// `action` of `Change`.
public enum WireChangeAction {
    @inlinable public static var add: UInt8 { 1 }
    @inlinable public static var modify: UInt8 { 2 }
    @inlinable public static var delete: UInt8 { 3 }
}

/// `state` of `Subscribed`.
public enum WireSubscriptionState {
    @inlinable public static var unsubscribed: UInt8 { 0 }
    /// The changes after the named sequence follow; nothing was missed.
    @inlinable public static var resumed: UInt8 { 1 }
    /// Treat all that you hold as changed.
    @inlinable public static var everything: UInt8 { 2 }
}

/// Bits of `flags` in resolutions and records.
public enum WireSymbolFlags {
    /// The symbol (or the exchange, in an exchange frame) is active.
    @inlinable public static var active: UInt8 { 1 << 0 }
    /// Its exchange is active.
    @inlinable public static var exchangeActive: UInt8 { 1 << 1 }
    /// Served from an image file, the database is away.
    @inlinable public static var fromFile: UInt8 { 1 << 2 }
    /// An alias matched, not the live key.
    @inlinable public static var alias: UInt8 { 1 << 3 }
    /// The newest version of the row was refused, this is the last good one.
    @inlinable public static var lastGood: UInt8 { 1 << 4 }
    /// Every bit this version knows.
    @inlinable public static var known: UInt8 { 0b11111 }
}

/// Bits of `flags` in `Heartbeat` and `Status`.
public enum WireSourceFlags {
    /// The server is connected to its database.
    @inlinable public static var databaseConnected: UInt8 { 1 << 0 }
    /// The server has loaded its tables.
    @inlinable public static var loaded: UInt8 { 1 << 1 }
    /// The image came from a file and was not confirmed yet.
    @inlinable public static var fromFile: UInt8 { 1 << 2 }
    /// `databaseSnapshot` holds only xmin and xmax: the list of running transactions did not fit.
    @inlinable public static var databaseSnapshotCut: UInt8 { 1 << 3 }
    /// Every bit this version knows.
    @inlinable public static var known: UInt8 { 0b1111 }
}

/// Bits of `flags` in `Subscribe`.
public enum WireSubscribeFlags {
    /// Each `Change` of a row that still exists is followed by its record.
    @inlinable public static var withRecords: UInt8 { 1 << 0 }
    /// Every bit this version knows.
    @inlinable public static var known: UInt8 { 0b1 }
}

/// Bits of `flags` in `Change`.
public enum WireChangeFlags {
    /// The next frame is the record of this row, with a null requestId.
    @inlinable public static var recordFollows: UInt8 { 1 << 0 }
    /// No further change of this generation follows.
    @inlinable public static var lastOfGeneration: UInt8 { 1 << 1 }
    /// Every bit this version knows.
    @inlinable public static var known: UInt8 { 0b11 }
}

/// Bits of `flags` in `RefusedRecord`.
public enum WireRefusedFlags {
    /// The last good record of the row is served.
    @inlinable public static var lastGoodServed: UInt8 { 1 << 0 }
    /// `reason` did not fit and was cut, at a character.
    @inlinable public static var reasonCut: UInt8 { 1 << 1 }
    /// Every bit this version knows.
    @inlinable public static var known: UInt8 { 0b11 }
}

/// Bits of `flags` in `GetSnapshot`.
public enum WireSnapshotFlags {
    /// The image itself is wanted: its bytes follow as `SnapshotChunk` frames.
    @inlinable public static var sendBytes: UInt8 { 1 << 0 }
    /// Every bit this version knows.
    @inlinable public static var known: UInt8 { 0b1 }
}
