import Glibc

/// The account that the server runs as. PostgreSQL refuses to run as root, so root starts it as another user.
enum ServerAccount: Equatable, Sendable {
    /// As the user that runs us, who is not root.
    case own
    /// As another user of the system.
    case user(name: String, id: uid_t, group: gid_t)
    /// As root, in a user namespace that shows the server the id `mapped`: for folders only root can reach.
    case userNamespace(mapped: uid_t)

    /// The program and arguments that come before a command so that it runs as this account. All of them `exec`, so
    /// the process started is the process that runs; `runuser`, the last resort, stays as its parent.
    var prefix: [String] {
        switch self {
        case .own: []
        case .user(let name, let id, let group):
            ServerAccount.hasSetpriv
                ? ["setpriv", "--reuid=\(id)", "--regid=\(group)", "--init-groups", "--"]
                : ["runuser", "-u", name, "--"]
        case .userNamespace(let mapped): ["unshare", "--user", "--map-user=\(mapped)", "--"]
        }
    }

    private static let hasSetpriv = ChildProcess.succeeds(["setpriv", "--version"])

    /// Whether the account can enter the folder and write into it.
    func canUse(_ folder: String) -> Bool {
        ChildProcess.succeeds(prefix + ["/bin/sh", "-c", "cd -- \"$1\" && test -w .", "sh", folder])
    }

    /// Gives a folder to the account, for it alone.
    func take(_ folder: String) throws(PrivateClusterError) {
        if case .user(_, let id, let group) = self, chown(folder, id, group) != 0 {
            throw .directoryUnusable(path: folder, reason: "cannot be given to user \(id): \(systemMessage(errno))")
        }
        guard chmod(folder, 0o700) == 0 else {
            throw .directoryUnusable(path: folder, reason: systemMessage(errno))
        }
    }

    /// The accounts to try, best first.
    static func candidates() -> [ServerAccount] {
        guard geteuid() == 0 else { return [.own] }
        let users = ["postgres", "nobody"].compactMap { name -> ServerAccount? in
            guard let entry = getpwnam(name), entry.pointee.pw_uid != 0 else { return nil }
            return .user(name: name, id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
        }
        guard case .user(_, let mapped, _) = users.first else { return [] }
        // initdb looks its user up by name, so the mapped id must be one that has a name.
        let namespace = ServerAccount.userNamespace(mapped: mapped)
        let hasNamespace = ChildProcess.succeeds(namespace.prefix + ["true"])
        return users.prefix(1) + (hasNamespace ? [namespace] : [])
    }

    /// The account existing data belong to.
    static func owner(of dataDirectory: String) -> ServerAccount? {
        guard let owner = Folder.owner(dataDirectory) else { return nil }
        return candidates().first { account in
            switch account {
            case .own: owner == geteuid()
            case .user(_, let id, _): owner == id
            case .userNamespace: owner == 0
            }
        }
    }
}
