import ReferenceData
import SymbologyWire

/// What one request frame asks for.
protocol FrameKey {
    func writeRequest(to frame: UnsafeMutableRawPointer, requestId: UInt32)
}

/// A prepared key, whose 52 bytes are those of its request.
protocol PreparedKey: FrameKey {
    /// The request that asks for it.
    associatedtype Request: KeyedRequestView

    func copyBytes(to destination: UnsafeMutableRawPointer)
}

extension PreparedKey {
    func writeRequest(to frame: UnsafeMutableRawPointer, requestId: UInt32) {
        Request.writeHeader(to: frame, requestId: requestId)
        copyBytes(to: frame + WireLimits.keyBytes.lowerBound)
    }
}

extension SymbolKey: PreparedKey {
    typealias Request = ResolveSymbolView
}

extension PairKey: PreparedKey {
    typealias Request = ResolvePairView
}

extension NameKey: PreparedKey {
    typealias Request = ResolveUnifiedView
}

extension CodeKey: FrameKey {
    func writeRequest(to frame: UnsafeMutableRawPointer, requestId: UInt32) {
        code.withUnsafeBytes { code in
            symbol.withUnsafeBytes { symbol in
                ResolveByCodeView.write(to: frame, requestId: requestId, code: code, symbolText: symbol)
            }
        }
    }
}

/// A pair or a name, each by its own request.
extension NameOrPair: FrameKey {
    func writeRequest(to frame: UnsafeMutableRawPointer, requestId: UInt32) {
        switch self {
        case .pair(let key): key.writeRequest(to: frame, requestId: requestId)
        case .name(let key): key.writeRequest(to: frame, requestId: requestId)
        }
    }
}
