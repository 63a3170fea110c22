/// The answer to "which ids does this key have", 24 bytes by value.
///
/// ```swift
/// switch answer.status {
/// case .ok: route(answer.exchangeId, answer.symbolId)
/// case .inactive: print("delisted, expired, or its venue is inactive")  // the ids are given all the same
/// case .ambiguous: print("several contracts have this pair or name")  // `contracts` tells them apart
/// default: print(answer.status.name)  // `unknown_symbol`, `unknown_exchange`, `refused`, `not_loaded`, `malformed`
/// }
/// ```
///
/// Held as the words an answer consists of, so that a lookup composes it in registers: the fields lie in memory in the
/// order of the members below, little-endian, as they do in an answer's frame.
@frozen
public struct SymbolResolution: Sendable, Hashable, BitwiseCopyable {
    /// From the lowest byte: status, flags, exchange id, symbol id.
    @usableFromInline var identity: UInt64
    /// From the lowest byte: price, base, quote; the highest is 0.
    @usableFromInline var precisions: UInt32
    /// The generation of the image that answered; comparable only within one epoch.
    public var generation: UInt64

    /// Makes an answer from its fields.
    @inlinable
    public init(
        status: ResolutionStatus, flags: ResolutionFlags = [], exchangeId: UInt16 = 0, symbolId: UInt32 = 0,
        precisionPrice: UInt8 = 0, precisionBase: UInt8 = 0, precisionQuote: UInt8 = 0, generation: UInt64
    ) {
        identity =
            UInt64(status.rawValue) | UInt64(flags.rawValue) << 8 | UInt64(exchangeId) << 16 | UInt64(symbolId) << 32
        precisions = UInt32(precisionPrice) | UInt32(precisionBase) << 8 | UInt32(precisionQuote) << 16
        self.generation = generation
    }

    /// Takes the words as they are; the lowest byte of `identity` is the raw value of a status.
    @inline(__always)
    init(identity: UInt64, precisions: UInt32, generation: UInt64) {
        self.identity = identity
        self.precisions = precisions
        self.generation = generation
    }

    /// How the lookup ended; ids and precisions are given with `ok` and `inactive`.
    @inlinable
    public var status: ResolutionStatus {
        get { unsafeBitCast(UInt8(truncatingIfNeeded: identity), to: ResolutionStatus.self) }
        set { identity = identity & ~0xFF | UInt64(newValue.rawValue) }
    }

    /// What is remarkable about the symbol or about the answer.
    @inlinable
    public var flags: ResolutionFlags {
        get { ResolutionFlags(rawValue: UInt8(truncatingIfNeeded: identity >> 8)) }
        set { identity = identity & ~0xFF00 | UInt64(newValue.rawValue) << 8 }
    }

    /// The exchange asked for, also when the symbol is unknown; 0 when the exchange is.
    @inlinable
    public var exchangeId: UInt16 {
        get { UInt16(truncatingIfNeeded: identity >> 16) }
        set { identity = identity & ~0xFFFF_0000 | UInt64(newValue) << 16 }
    }

    /// 0 unless the status is `ok` or `inactive`.
    @inlinable
    public var symbolId: UInt32 {
        get { UInt32(truncatingIfNeeded: identity >> 32) }
        set { identity = identity & 0xFFFF_FFFF | UInt64(newValue) << 32 }
    }

    /// Digits after the point of a price, or `SymbolRecord.unknownPrecision`; 0 without a symbol.
    @inlinable
    public var precisionPrice: UInt8 {
        get { UInt8(truncatingIfNeeded: precisions) }
        set { precisions = precisions & ~0xFF | UInt32(newValue) }
    }

    /// Digits after the point of a quantity in base units, or `SymbolRecord.unknownPrecision`; 0 without a symbol.
    @inlinable
    public var precisionBase: UInt8 {
        get { UInt8(truncatingIfNeeded: precisions >> 8) }
        set { precisions = precisions & ~0xFF00 | UInt32(newValue) << 8 }
    }

    /// Digits after the point of an amount in quote units, or `SymbolRecord.unknownPrecision`; 0 without a symbol.
    @inlinable
    public var precisionQuote: UInt8 {
        get { UInt8(truncatingIfNeeded: precisions >> 16) }
        set { precisions = precisions & ~0xFF_0000 | UInt32(newValue) << 16 }
    }
}

extension SymbolResolution: CustomStringConvertible {
    /// All fields by name, in one line.
    public var description: String {
        "\(status.name) symbol \(symbolId) exchange \(exchangeId) flags \(flags.rawValue) precisions "
            + "\(precisionPrice) \(precisionBase) \(precisionQuote) generation \(generation)"
    }
}
