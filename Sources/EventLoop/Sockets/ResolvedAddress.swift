import Glibc

/// An address in the kernel's form.
struct ResolvedAddress {
    var storage = sockaddr_storage()
    var byteCount: socklen_t

    init(byteCount: Int) { self.byteCount = socklen_t(byteCount) }

    var family: Int32 { Int32(storage.ss_family) }

    func withSockaddr<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, byteCount) }
        }
    }

    /// Unix sockets, 127.0.0.0/8, ::1 and its IPv4-mapped form.
    var isLocal: Bool {
        switch family {
        case AF_UNIX: return true
        case AF_INET:
            return withSockaddr { pointer, _ in
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt32(bigEndian: $0.pointee.sin_addr.s_addr) >> 24 == 127
                }
            }
        case AF_INET6:
            return withSockaddr { pointer, _ in
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin6_addr) { bytes in
                        let isLoopback = bytes[0..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
                        let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
                        return isLoopback || (isMapped && bytes[12] == 127)
                    }
                }
            }
        default: return false
        }
    }

    /// The address that a socket is bound to.
    init?(boundTo descriptor: Int32) {
        var byteCount = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &byteCount) }
        }
        self.byteCount = byteCount
        guard result == 0 else { return nil }
    }

    /// What people write: a path, or host and port in numbers; nil for a socket without a name or of another family.
    var socketAddress: SocketAddress? { family == AF_UNIX ? unixPath.map { .unix(path: $0) } : numeric }

    private var unixPath: String? {
        let path = withSockaddr { pointer, byteCount in
            // An abstract name begins with NUL and has no end but its length.
            let bytes = UnsafeRawBufferPointer(start: pointer, count: Int(byteCount))
                .dropFirst(MemoryLayout<sa_family_t>.size)
            let isAbstract = bytes.first == 0
            let text = isAbstract ? bytes.dropFirst() : bytes.prefix { $0 != 0 }
            return (isAbstract ? "@" : "") + String(decoding: text, as: UTF8.self)
        }
        return path.isEmpty ? nil : path
    }

    /// Host and port in numbers; nil for what is neither IPv4 nor IPv6.
    var numeric: SocketAddress? {
        guard family == AF_INET || family == AF_INET6 else { return nil }
        let port = withSockaddr { pointer, _ in
            // The port has the same offset in both forms.
            pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
        }
        let host = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer -> String? in
            guard let base = buffer.baseAddress else { return nil }
            let code = withSockaddr {
                getnameinfo($0, $1, base, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
            }
            return code == 0 ? String(cString: base) : nil
        }
        return host.map { .tcp(host: $0, port: port) }
    }
}

extension SocketAddress {
    func resolved() throws(EventLoopError) -> ResolvedAddress {
        switch self {
        case .unix(let path): try SocketAddress.resolveUnix(path)
        case .tcp(let host, let port): try SocketAddress.resolveTCP(host: host, port: port, target: description)
        }
    }

    private static func resolveUnix(_ path: String) throws(EventLoopError) -> ResolvedAddress {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, !bytes.contains(0), bytes.count <= unixPathByteCountMax else {
            throw EventLoopError(
                kind: .invalidAddress, operation: "use", target: "unix:\(path)",
                message: "a socket path has 1 to \(unixPathByteCountMax) bytes, this one has \(bytes.count); "
                    + "choose a shorter folder")
        }
        var address = ResolvedAddress(byteCount: MemoryLayout<sockaddr_un>.size)
        withUnsafeMutablePointer(to: &address.storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { unix in
                unix.pointee.sun_family = sa_family_t(AF_UNIX)
                withUnsafeMutableBytes(of: &unix.pointee.sun_path) { $0.copyBytes(from: bytes) }
            }
        }
        return address
    }

    private static func resolveTCP(
        host: String, port: UInt16, target: String
    ) throws(EventLoopError) -> ResolvedAddress {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0, let first = list else {
            throw EventLoopError(
                kind: .invalidAddress, operation: "resolve", target: target,
                message: "\(String(cString: gai_strerror(code))); give a numeric address or a known host name")
        }
        // `localhost` often resolves to ::1 first, where machines without IPv6 cannot listen: prefer IPv4.
        var chosen = first
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let entry = next {
            if entry.pointee.ai_family == AF_INET {
                chosen = entry
                break
            }
            next = entry.pointee.ai_next
        }
        var address = ResolvedAddress(byteCount: Int(chosen.pointee.ai_addrlen))
        guard let source = chosen.pointee.ai_addr,
            Int(chosen.pointee.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
        else {
            throw EventLoopError(
                kind: .invalidAddress, operation: "resolve", target: target, message: "the resolver gave no address")
        }
        memcpy(&address.storage, source, Int(chosen.pointee.ai_addrlen))
        return address
    }
}
