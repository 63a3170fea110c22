import Glibc
import Platform

/// A connected, non-blocking stream socket. Would-block is a value; what the system refuses is a `SocketFailure`.
package final class ClientSocket {
    /// What a wait must not keep from happening.
    package struct Attention {
        /// A descriptor: once it can be read every wait ends with an error. Passed over by poll(2) when there is none.
        var interrupt: Int32 = -1
        /// Called before each wait: does what is due, and says when the next is.
        var doDue: (() -> Deadline)?

        package init() {}

        init(interrupt: Int32, doDue: @escaping () -> Deadline) {
            (self.interrupt, self.doDue) = (interrupt, doDue)
        }
    }

    package let descriptor: Int32
    private let attention: Attention

    /// Owns the descriptor from now on.
    package init(descriptor: Int32, attention: Attention = Attention()) {
        self.descriptor = descriptor
        self.attention = attention
    }

    deinit { close(descriptor) }

    /// Connects, trying each address a name has, each for an equal share of the time that is left. The name itself is
    /// resolved by `getaddrinfo`, which knows no deadline, and during which nothing that is due is done.
    package static func connect(
        to address: ServerAddress, by deadline: Deadline, attention: Attention = Attention()
    ) throws(SocketFailure) -> ClientSocket {
        switch address {
        case .unix(let path): return try connectUnix(path, by: deadline, attention)
        case .tcp(let host, let port): return try connectTCP(host, port, by: deadline, attention)
        }
    }

    private static func connectUnix(
        _ path: String, by deadline: Deadline, _ attention: Attention
    ) throws(SocketFailure) -> ClientSocket {
        guard path.utf8.count <= ServerAddress.unixPathByteCountMax else {
            throw SocketFailure("the path is longer than \(ServerAddress.unixPathByteCountMax) bytes")
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return try withUnsafeBytes(of: &address) { (bytes) throws(SocketFailure) in
            try connect(family: AF_UNIX, address: bytes, by: deadline, attention)
        }
    }

    private static func connectTCP(
        _ host: String, _ port: UInt16, by deadline: Deadline, _ attention: Attention
    ) throws(SocketFailure) -> ClientSocket {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw SocketFailure(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }

        var infos: [addrinfo] = []
        while let info = infos.isEmpty ? list?.pointee : infos.last?.ai_next?.pointee { infos.append(info) }
        var failure = SocketFailure("the name has no address")
        for (index, info) in infos.enumerated() {
            // One that does not answer must not use up the time of those after it.
            let share = deadline.share(among: infos.count - index)
            do {
                let bytes = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
                let socket = try connect(family: info.ai_family, address: bytes, by: share, attention)
                var on: Int32 = 1
                // Requests are small and waited for: they must not wait for one another.
                setsockopt(
                    socket.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
                return socket
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func connect(
        family: Int32, address: UnsafeRawBufferPointer, by deadline: Deadline, _ attention: Attention
    ) throws(SocketFailure) -> ClientSocket {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw SocketFailure(errno) }
        let connection = ClientSocket(descriptor: descriptor, attention: attention)
        guard let base = address.baseAddress else { throw SocketFailure("the name has no address") }

        while true {
            let name = base.assumingMemoryBound(to: sockaddr.self)
            if Glibc.connect(descriptor, name, socklen_t(address.count)) == 0 { return connection }
            switch errno {
            case EINPROGRESS, EINTR:
                guard try connection.wait(for: POLLOUT, by: deadline) else { throw SocketFailure(ETIMEDOUT) }
                let code = connection.pendingError()
                guard code == 0 else { throw SocketFailure(code) }
                return connection
            case EAGAIN:
                // A Unix socket whose queue of waiting clients is full; nothing tells when it is not.
                guard !deadline.isOver else { throw SocketFailure("its queue of waiting clients is full") }
                try connection.rest()
            case let code: throw SocketFailure(code)
            }
        }
    }

    /// Waits a millisecond, or until it is interrupted.
    private func rest() throws(SocketFailure) {
        var poller = pollfd(fd: attention.interrupt, events: Int16(POLLIN), revents: 0)
        if poll(&poller, 1, 1) > 0 { throw SocketFailure("it was interrupted") }
    }

    private func pendingError() -> Int32 {
        var code: Int32 = 0
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &byteCount) == 0 ? code : errno
    }

    /// Bytes read; 0 when the peer closed; nil when there is nothing yet.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SocketFailure) -> Int? {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            case let code: throw SocketFailure(code)
            }
        }
    }

    /// Bytes taken by the system, 0 when it takes none now.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SocketFailure) -> Int {
        while true {
            // A peer that went away is an error here, and must not be a signal that ends the engine.
            let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            case let code: throw SocketFailure(code)
            }
        }
    }

    /// Whether one of the events came before the deadline. Errors and hang-ups count: the next read or write names
    /// them.
    func wait(for events: Int32, by deadline: Deadline) throws(SocketFailure) -> Bool {
        while true {
            let end = attention.doDue?().earlier(deadline) ?? deadline
            var pollers = (
                pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0),
                pollfd(fd: attention.interrupt, events: Int16(POLLIN), revents: 0)
            )
            let count = withUnsafeMutableBytes(of: &pollers) { bytes in
                poll(bytes.assumingMemoryBound(to: pollfd.self).baseAddress, 2, end.pollMilliseconds)
            }
            if pollers.1.revents != 0 { throw SocketFailure("it was interrupted") }
            if count > 0 { return true }
            if count < 0 && errno != EINTR { throw SocketFailure(errno) }
            if deadline.isOver { return false }
        }
    }
}

/// Why the system refused a call on a socket.
package struct SocketFailure: Error {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
    package init(_ code: Int32) { reason = String(cString: strerror(code)) }
}
