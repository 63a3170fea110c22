import SymbologyWire

// Decode: what the next bytes of a stream ask for. Looks at headers alone; fields are checked where they are used.

/// The next step through a read.
enum DecodedRequest {
    /// `count` requests of one template and of exactly 64 bytes each, one behind the other: they can be looked up
    /// together.
    case run(Template, count: Int)
    case single(Template, byteCount: Int)
    case unknown(byteCount: Int)
    case needMore
    case invalid(RejectReason)
}

enum RequestDecoding {
    /// - Parameter runCountMax: longest run wanted, at least 1.
    @inline(__always)
    static func next(_ bytes: UnsafeRawBufferPointer, runCountMax: Int) -> DecodedRequest {
        switch Framing.nextRequest(bytes) {
        case .needMore: return .needMore
        case .invalid(let reason): return .invalid(reason)
        case .frame(let byteCount):
            guard let base = bytes.baseAddress, let template = FrameHeaderView(base).template, template.isRequest else {
                return .unknown(byteCount: byteCount)
            }
            guard byteCount == WireLimits.requestByteCount, template == .resolveSymbol || template == .resolvePair
            else {
                return .single(template, byteCount: byteCount)
            }
            // The same 8 bytes of header again mean the same template, length and schema.
            let header = base.loadUnaligned(as: UInt64.self)
            let countMax = min(runCountMax, bytes.count / WireLimits.requestByteCount)
            var count = 1
            while count < countMax,
                base.loadUnaligned(fromByteOffset: count &* WireLimits.requestByteCount, as: UInt64.self) == header
            {
                count &+= 1
            }
            return .run(template, count: count)
        }
    }
}
