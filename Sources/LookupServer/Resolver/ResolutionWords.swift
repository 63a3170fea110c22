import ReferenceData

/// A resolution as the words that an answer takes over: its fields lie in memory as they lie in the frame, but for the
/// generation. A test keeps the two layouts together.
package struct ResolutionWords {
    private let bytes: UnsafeRawPointer

    @inline(__always)
    package init(_ resolution: UnsafePointer<SymbolResolution>) { bytes = UnsafeRawPointer(resolution) }

    /// Status, flags, exchange id, symbol id.
    @inline(__always) package var identity: UInt64 { UInt64(littleEndian: bytes.load(as: UInt64.self)) }

    /// The three precisions; what lies behind them is no field, and cleared.
    @inline(__always) package var precisions: UInt32 {
        UInt32(littleEndian: bytes.load(fromByteOffset: 8, as: UInt32.self)) & 0x00FF_FFFF
    }

    @inline(__always) package var generation: UInt64 { bytes.load(fromByteOffset: 16, as: UInt64.self) }

    @inline(__always) var isOK: Bool { UInt8(truncatingIfNeeded: identity) == ResolutionStatus.ok.rawValue }

    @inline(__always) var status: ResolutionStatus { bytes.load(as: ResolutionStatus.self) }
}
