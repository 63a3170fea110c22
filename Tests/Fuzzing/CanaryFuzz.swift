import SymbologyWire

/// A defect of the kind that fuzzing is for: behind the framing and the validation, in one branch, on one kind of
/// text, one byte past the end is read.
enum CanaryFuzz {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        ResolverFuzz.shared.run(bytes)
        let frames = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        guard case .frame(let byteCount) = Framing.nextRequest(frames), let frame = frames.baseAddress,
            FrameHeaderView(frame).template == .searchSymbols,
            FrameValidation.fault(of: .searchSymbols, at: frame) == nil
        else { return }
        let text = SearchSymbolsView(frame).text
        guard text.first == UInt8(ascii: "z") else { return }
        // Past what the input holds, wherever that happens to lie: AddressSanitizer must say so.
        let past = bytes.count - 1 - byteCount + byteCount
        blackHole = frames.baseAddress?.load(fromByteOffset: past, as: UInt8.self) ?? 0
    }

    nonisolated(unsafe) static var blackHole: UInt8 = 0
}
