import ReferenceData
import SymbologyWire

/// A prepared key, whose 52 bytes are those of its request.
protocol FrameKey {
    /// The request that asks for it.
    associatedtype Request: KeyedRequestView

    func copyBytes(to destination: UnsafeMutableRawPointer)
}

extension FrameKey {
    func writeRequest(to frame: UnsafeMutableRawPointer, requestId: UInt32) {
        Request.writeHeader(to: frame, requestId: requestId)
        copyBytes(to: frame + WireLimits.keyBytes.lowerBound)
    }
}

extension SymbolKey: FrameKey {
    typealias Request = ResolveSymbolView
}

extension PairKey: FrameKey {
    typealias Request = ResolvePairView
}
