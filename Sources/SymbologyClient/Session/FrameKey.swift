import ReferenceData
import SymbologyWire

/// A prepared key, whose 52 bytes are those of its request.
protocol FrameKey {
    func writeRequest(to frame: UnsafeMutableRawPointer, requestId: UInt32)
}

extension SymbolKey: FrameKey {
    func writeRequest(to frame: UnsafeMutableRawPointer, requestId: UInt32) {
        ResolveSymbolView.writeHeader(to: frame, requestId: requestId)
        copyBytes(to: frame + WireLimits.keyBytes.lowerBound)
    }
}

extension PairKey: FrameKey {
    func writeRequest(to frame: UnsafeMutableRawPointer, requestId: UInt32) {
        ResolvePairView.writeHeader(to: frame, requestId: requestId)
        copyBytes(to: frame + WireLimits.keyBytes.lowerBound)
    }
}
