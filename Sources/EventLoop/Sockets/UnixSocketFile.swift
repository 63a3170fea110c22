import Glibc

/// The file of a listening Unix socket, and the lock beside it.
///
/// Whoever listens holds an exclusive lock on `PATH.lock` as long as it listens. Only under that lock is a socket file
/// looked at, replaced or removed, so two servers cannot race for one path. The lock file itself stays: removing it
/// would let two processes lock two different files of one name.
struct UnixSocketFile {
    let path: String
    /// The bound socket, not yet listening.
    let descriptor: Int32
    private let lockDescriptor: Int32
    private let device: dev_t
    private let inode: ino_t

    /// Binds `path` to a new socket.
    ///
    /// A stale socket (its owner is gone: nobody holds the lock and nobody answers) is replaced; a live socket, a
    /// symbolic link and any other file are refused.
    /// - Parameters:
    ///   - permissions: of the socket file, set before anybody can connect.
    ///   - makesFolder: create the parent folder with mode 0700 when it is missing.
    init(claiming path: String, permissions: mode_t, makesFolder: Bool) throws(EventLoopError) {
        let target = "unix:\(path)"
        let address = try SocketAddress.unix(path: path).resolved()
        if makesFolder { try UnixSocketFile.makeFolder(of: path) }
        let lock = try UnixSocketFile.lock(path)
        do throws(EventLoopError) {
            try UnixSocketFile.removeStale(path, address: address)
            let socket = try UnixSocketFile.bind(address, path: path, permissions: permissions)
            var status = stat()
            guard lstat(path, &status) == 0 else {
                let number = errno
                close(socket)
                throw EventLoopError(errno: number, operation: "look at", target: target)
            }
            self.path = path
            descriptor = socket
            lockDescriptor = lock
            device = status.st_dev
            inode = status.st_ino
        } catch {
            close(lock)
            throw error
        }
    }

    /// Closes the socket, removes its file if that is still ours, and lets go of the lock.
    func release() {
        close(descriptor)
        var status = stat()
        if lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode { unlink(path) }
        close(lockDescriptor)
    }

    private static func makeFolder(of path: String) throws(EventLoopError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        throw EventLoopError(
            errno: errno, operation: "create folder", target: folder,
            advice: "create it, or name a socket in a folder that exists")
    }

    private static func lock(_ path: String) throws(EventLoopError) -> Int32 {
        let lockPath = "\(path).lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw EventLoopError(
                errno: errno, operation: "open lock file", target: lockPath,
                advice: "its folder must exist and be writable")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            guard number == EWOULDBLOCK else {
                throw EventLoopError(errno: number, operation: "lock", target: lockPath)
            }
            throw EventLoopError(
                code: -EADDRINUSE, operation: "listen on", target: "unix:\(path)",
                advice: "another server holds \(lockPath); stop it or choose another path")
        }
        return descriptor
    }

    private static func removeStale(_ path: String, address: ResolvedAddress) throws(EventLoopError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw EventLoopError(errno: errno, operation: "look at", target: path)
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            let what = status.st_mode & S_IFMT == S_IFLNK ? "a symbolic link" : "not a socket"
            throw EventLoopError(
                kind: .obstructed, operation: "listen on", target: "unix:\(path)",
                message: "what lies there is \(what); remove it or choose another path")
        }
        try refuseLive(path, address: address)
        guard unlink(path) == 0 || errno == ENOENT else {
            throw EventLoopError(errno: errno, operation: "remove stale socket", target: path)
        }
    }

    /// A socket is stale only if connecting to it is refused; any other outcome leaves it alone.
    private static func refuseLive(_ path: String, address: ResolvedAddress) throws(EventLoopError) {
        let probe = try BoundSocket.makeSocket(AF_UNIX, target: "unix:\(path)")
        defer { close(probe) }
        // Non-blocking, because a live server whose backlog is full would otherwise keep us waiting: that is EAGAIN.
        _ = fcntl(probe, F_SETFL, O_NONBLOCK)
        let result = address.withSockaddr { connect(probe, $0, $1) }
        let number = errno
        if result != 0 && (number == ECONNREFUSED || number == ENOENT) { return }
        guard result == 0 || number == EAGAIN || number == EINPROGRESS else {
            throw EventLoopError(
                errno: number, operation: "probe", target: "unix:\(path)",
                advice: "a socket lies there that cannot be shown to be stale; remove it or choose another path")
        }
        throw EventLoopError(
            code: -EADDRINUSE, operation: "listen on", target: "unix:\(path)",
            advice: "a server answers there; stop it or choose another path")
    }

    private static func bind(
        _ address: ResolvedAddress, path: String, permissions: mode_t
    ) throws(EventLoopError) -> Int32 {
        let target = "unix:\(path)"
        let socket = try BoundSocket.makeSocket(AF_UNIX, target: target)
        // On Linux the file takes the socket's own mode (less the umask), so it is never wider than asked, not even
        // between bind and chmod; and the process-wide umask need not change under other threads.
        _ = fchmod(socket, permissions)
        guard address.withSockaddr({ Glibc.bind(socket, $0, $1) }) == 0 else {
            let number = errno
            close(socket)
            throw EventLoopError(errno: number, operation: "bind", target: target)
        }
        // Back to exactly what was asked where the umask took something away. Nobody can connect before listen().
        guard chmod(path, permissions) == 0 else {
            let number = errno
            close(socket)
            unlink(path)
            throw EventLoopError(errno: number, operation: "set permissions of", target: target)
        }
        return socket
    }
}
