import SymbologyWire

/// A defect of the kind that fuzzing is for: behind the framing and the validation, in one branch, on one kind of
/// text, one byte past the end is read.
enum CanaryFuzz {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        ResolverFuzz.shared.run(bytes)
        let frames = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        guard case .frame = Framing.nextRequest(frames), let frame = frames.baseAddress,
            FrameHeaderView(frame).template == .resolveUnified,
            FrameValidation.fault(of: .resolveUnified, at: frame) == nil
        else { return }
        let text = ResolveUnifiedView(frame).unifiedName
        guard text.first == UInt8(ascii: "z") else { return }
        // The first byte behind the input: AddressSanitizer must say so.
        blackHole = frame.load(fromByteOffset: frames.count, as: UInt8.self)
    }

    nonisolated(unsafe) static var blackHole: UInt8 = 0
}
