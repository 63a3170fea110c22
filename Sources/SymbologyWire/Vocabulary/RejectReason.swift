// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Why a frame or a request was not carried out: `reason` of `Rejected`, and what checks of a frame return; where
/// nothing is said of the connection it lives on.
@frozen public struct RejectReason: RawRepresentable, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// SchemaId is not 7001; the connection closes.
    @inlinable public static var wrongSchema: RejectReason { RejectReason(rawValue: 1) }
    /// The block is shorter than 56 bytes, or than its message needs; the connection closes.
    @inlinable public static var blockTooShort: RejectReason { RejectReason(rawValue: 2) }
    /// The block is longer than 248 bytes; the connection closes.
    @inlinable public static var blockTooLong: RejectReason { RejectReason(rawValue: 3) }
    /// No such request.
    @inlinable public static var unsupportedTemplate: RejectReason { RejectReason(rawValue: 4) }
    /// A padding byte is not zero.
    @inlinable public static var paddingNotZero: RejectReason { RejectReason(rawValue: 5) }
    /// Bytes other than NUL follow the first NUL of a text.
    @inlinable public static var textNotPadded: RejectReason { RejectReason(rawValue: 6) }
    /// A text is not valid UTF-8.
    @inlinable public static var textNotUTF8: RejectReason { RejectReason(rawValue: 7) }
    /// A text that must say something is empty.
    @inlinable public static var textEmpty: RejectReason { RejectReason(rawValue: 8) }
    /// A number, a flag or an enumeration holds a value the template does not define.
    @inlinable public static var valueOutOfRange: RejectReason { RejectReason(rawValue: 9) }
    /// Of `Subscribe`: there are `subscriberCountMax` subscribers; the connection lives on, without a subscription.
    @inlinable public static var limitReached: RejectReason { RejectReason(rawValue: 10) }
    /// The server serves another environment than `Hello` expects; the connection closes.
    @inlinable public static var environmentMismatch: RejectReason { RejectReason(rawValue: 11) }
    /// The server is full; the connection closes.
    @inlinable public static var tooManyClients: RejectReason { RejectReason(rawValue: 12) }
    /// The server is going away; the connection closes.
    @inlinable public static var shuttingDown: RejectReason { RejectReason(rawValue: 13) }
    /// A frame stayed unfinished too long; the connection closes.
    @inlinable public static var frameTimeout: RejectReason { RejectReason(rawValue: 14) }
    /// Nothing was asked for too long; the connection closes.
    @inlinable public static var idleTimeout: RejectReason { RejectReason(rawValue: 15) }
    /// Reserved, and never sent: a client that does not read is reset without a word.
    @inlinable public static var slowReader: RejectReason { RejectReason(rawValue: 16) }
    /// This user may not connect; the connection closes.
    @inlinable public static var notPermitted: RejectReason { RejectReason(rawValue: 17) }
    /// Reserved, and never sent: the server failed at this request; its log says why.
    @inlinable public static var serverFault: RejectReason { RejectReason(rawValue: 18) }
}

extension RejectReason: CustomStringConvertible {
    /// The name in `PROTOCOL.md`, or the number where this version knows none.
    public var description: String {
        switch self {
        case .wrongSchema: "wrongSchema"
        case .blockTooShort: "blockTooShort"
        case .blockTooLong: "blockTooLong"
        case .unsupportedTemplate: "unsupportedTemplate"
        case .paddingNotZero: "paddingNotZero"
        case .textNotPadded: "textNotPadded"
        case .textNotUTF8: "textNotUTF8"
        case .textEmpty: "textEmpty"
        case .valueOutOfRange: "valueOutOfRange"
        case .limitReached: "limitReached"
        case .environmentMismatch: "environmentMismatch"
        case .tooManyClients: "tooManyClients"
        case .shuttingDown: "shuttingDown"
        case .frameTimeout: "frameTimeout"
        case .idleTimeout: "idleTimeout"
        case .slowReader: "slowReader"
        case .notPermitted: "notPermitted"
        case .serverFault: "serverFault"
        default: "reason \(rawValue)"
        }
    }
}
