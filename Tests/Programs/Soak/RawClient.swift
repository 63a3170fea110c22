import Glibc
import SymbologyWire

/// A connection without manners: made, used and left by system calls, so that it can be left in any state.
struct RawClient {
    private let descriptor: Int32

    /// How long connecting and sending may take: a server that neither accepts nor reads must not hold the soak.
    private static let sendSecondsMax = 5

    /// Nil when nobody listens, or the backlog is full and stays so.
    init?(unixPath: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixPath.utf8) }
        self.init(AF_UNIX, address)
    }

    init?(tcpPort: UInt16) { self.init(AF_INET, sockaddr_in(port: tcpPort)) }

    private init?<Address>(_ family: Int32, _ address: Address) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { return nil }
        // Connecting waits for it, too.
        var limit = timeval(tv_sec: Self.sendSecondsMax, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code = withUnsafeBytes(of: address) { bytes in
            Glibc.connect(
                descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        if code != 0 {
            Glibc.close(descriptor)
            return nil
        }
    }

    func send(_ bytes: some Collection<UInt8>) {
        _ = Array(bytes).withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Whether anything can be read, the end included, before the time is over.
    func isReadable(withinMilliseconds milliseconds: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, milliseconds) > 0
    }

    func close() { Glibc.close(descriptor) }

    /// The peer gets a RST instead of an end: what it sends, or has sent, is lost, and its next write fails.
    func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        Glibc.close(descriptor)
    }

    /// A whole `Hello`, and as many lookups as one segment takes.
    static let helloAndLookups: [UInt8] = {
        let lookupCount = 200
        return [UInt8](unsafeUninitializedCapacity: 64 * (lookupCount + 1)) { buffer, count in
            let base = UnsafeMutableRawPointer(buffer.baseAddress!)
            HelloView.write(to: base, requestId: 1, clientName: "vanishing".utf8, environment: "".utf8)
            for index in 1...lookupCount {
                ResolveSymbolView.write(
                    to: base + 64 * index, requestId: UInt32(index + 1), exchangeId: 1,
                    symbolText: "S\(index)_USDT".utf8)
            }
            count = 64 * (lookupCount + 1)
        }
    }()
}
