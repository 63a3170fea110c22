import SymbologyWire

/// Frames are cut the same however the bytes arrive, and any frame can be checked.
enum FramingFuzz {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        cut(bytes, minimum: WireLimits.requestByteCount, Framing.nextRequest)
        cut(bytes, minimum: WireLayout.Header.byteCount, Framing.nextResponse)
    }

    private static func cut(
        _ bytes: UnsafeRawBufferPointer, minimum: Int, _ next: (UnsafeRawBufferPointer) -> FramingStep
    ) {
        var offset = 0
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            let step = next(rest)
            // What is decided by a prefix is decided by every longer one: each prefix needs more, or says the same.
            for count in [0, 1, WireLayout.Header.byteCount - 1, WireLayout.Header.byteCount, rest.count / 2]
            where count < rest.count {
                let early = next(UnsafeRawBufferPointer(rebasing: rest[..<count]))
                require(early == .needMore || early == step, "\(count) of \(rest.count) bytes: \(early), then \(step)")
            }
            guard case .frame(let byteCount) = step, let frame = rest.baseAddress else { return }
            require(byteCount >= minimum && byteCount <= rest.count, "a frame of \(byteCount) of \(rest.count) bytes")
            if let template = FrameHeaderView(frame).template, byteCount >= template.frameByteCountMin {
                let fault = FrameValidation.fault(of: template, at: frame)
                require(FrameValidation.fault(of: template, at: frame) == fault, "\(template) is judged in two ways")
            }
            offset += byteCount
        }
    }
}
