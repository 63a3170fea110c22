import EventLoop
import Glibc

extension SocketAddress {
    /// As a person would write it: the path, or HOST:PORT.
    var plainText: String {
        switch self {
        case .unix(let path): path
        case .tcp: String(description.dropFirst("tcp:".count))
        }
    }

    /// The flag that names this address, as it is typed.
    var flagText: String {
        switch self {
        case .unix: "--unix \(plainText.shellWord)"
        case .tcp: "--tcp \(plainText.shellWord)"
        }
    }
}

/// The socket that server and client agree on without being told.
///
/// `$XDG_RUNTIME_DIR/symbology`, else the same folder of the session where systemd made one, else `/run/symbology` for
/// root and services, else a folder of this user in `/tmp`: a shell in a bare container has none of the others.
enum DefaultAddress {
    static let tcp = SocketAddress.tcp(host: "127.0.0.1", port: 7001)
    static let anyPort = SocketAddress.tcp(host: "127.0.0.1", port: 0)

    private static let fileName = "symbology.sock"

    /// Where a service listens: its folder belongs to a group, and so does the socket.
    static let service = SocketAddress.unix(path: "/run/symbology/\(fileName)")

    private static func folders() -> [String] {
        var folders: [String] = []
        if let runtime = getenv("XDG_RUNTIME_DIR"), runtime.pointee != 0 {
            folders.append(String(cString: runtime) + "/symbology")
        }
        let session = "/run/user/\(getuid())"
        if FileBytes.isFolder(session) { folders.append(session + "/symbology") }
        folders.append("/run/symbology")
        folders.append(privateFolder)
        return folders
    }

    private static var privateFolder: String { "/tmp/symbology-\(getuid())" }

    /// The first socket that is there; where none is, the one that a server started by this user would make.
    static func forClient() -> SocketAddress {
        for folder in folders() where isTrusted(folder) && FileBytes.exists("\(folder)/\(fileName)") {
            return .unix(path: "\(folder)/\(fileName)")
        }
        let folder = folders().first(where: isUsable) ?? privateFolder
        return .unix(path: "\(folder)/\(fileName)")
    }

    /// The first folder that is there and writable, or can be made.
    static func forServer() throws(CommandFailure) -> SocketAddress {
        for folder in folders() {
            if !FileBytes.exists(folder), mkdir(folder, isService(folder) ? 0o750 : 0o700) != 0 { continue }
            if isUsable(folder) { return .unix(path: "\(folder)/\(fileName)") }
        }
        throw CommandFailure(
            .system, "no folder for the default socket: tried \(folders().joined(separator: ", "))",
            next: "name a socket with --unix PATH")
    }

    private static func isService(_ folder: String) -> Bool { folder == "/run/symbology" }

    private static func isUsable(_ folder: String) -> Bool {
        guard FileBytes.exists(folder) else {
            let parent = folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.startIndex)
            return access(parent.isEmpty ? "/" : String(parent), W_OK) == 0
        }
        return access(folder, W_OK | X_OK) == 0 && isTrusted(folder)
    }

    /// In `/tmp` anybody can make a folder of any name, so ours must be ours: no link, no other owner, closed to
    /// others.
    private static func isTrusted(_ folder: String) -> Bool {
        guard folder == privateFolder else { return true }
        var status = stat()
        guard lstat(folder, &status) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == getuid() && status.st_mode & 0o077 == 0
    }
}
