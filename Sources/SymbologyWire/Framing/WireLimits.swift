/// Numbers that both sides agree on by the protocol's version, unlike the limits that `Welcome` names.
public enum WireLimits {
    /// Bytes of the shortest requests, which lookups by key are: most are no longer.
    @inlinable public static var requestByteCount: Int { 64 }
    /// Shortest and longest `blockLength` of a request.
    @inlinable public static var requestBlockByteCountMin: Int { 56 }
    @inlinable public static var requestBlockByteCountMax: Int { 248 }
    /// Longest request frame, header included: what a server's buffer for an unfinished frame must hold.
    @inlinable public static var requestByteCountMax: Int { 256 }

    /// Longest frame a server may send, header included: what `blockLength` can say.
    @inlinable public static var responseByteCountMax: Int { 65_543 }

    /// Bytes of a resolution's key, laid out alike in `ResolveSymbol`, `ResolvePair` and `ResolveUnified`: exchange id
    /// and 50 bytes.
    @inlinable public static var keyBytes: Range<Int> { 12..<64 }
}

/// What stands for "not there".
public enum WireNull {
    /// `requestId` of frames that answer no request.
    @inlinable public static var requestId: UInt32 { .max }
}
