import Glibc
import TestSupport
import Testing

@testable import PrivateCluster

/// Whose a data folder is, told without the right to look into other processes.
@Suite struct ServerLockTests {
    private func line(_ arguments: String...) -> String { arguments.map { $0 + "\0" }.joined() }

    @Test func aServerIsKnownByItsCommandLine() {
        let folder = TemporaryFolder()
        mkdir(folder.path("data"), 0o700)
        symlink(folder.path("data"), folder.path("link"))
        let data = folder.path("data")
        func isOurs(_ commandLine: String) -> Bool {
            ServerLock.isServer(commandLine: commandLine, dataDirectory: data)
        }
        #expect(isOurs(line("/usr/lib/postgresql/15/bin/postgres", "-D", data)))
        #expect(isOurs(line("postgres", "-c", "fsync=off", "-D\(folder.path("link"))", "-F")))
        #expect(isOurs(line("/opt/postmaster")), "its data may be named by its environment")
        #expect(!isOurs(line("postgres", "-D", folder.path("other"))))
        #expect(!isOurs(line("/bin/sleep", "-D", data)))
        #expect(!isOurs(line("/usr/bin/tail", "postgres", "-D", data)))
        #expect(!isOurs(""))
    }

    @Test func aLinkIsNobodysFolder() {
        let folder = TemporaryFolder()
        symlink(folder.path, folder.path("link"))
        folder.write("file", "")
        #expect(Folder.isDirectory(folder.path, ownedBy: geteuid()))
        #expect(!Folder.isDirectory(folder.path, ownedBy: geteuid() + 1))
        for name in ["link", "file", "nothing"] {
            #expect(!Folder.isDirectory(folder.path(name), ownedBy: geteuid()), "\(name)")
        }
        #expect(Folder.linkTarget(folder.path("link")) == .success(folder.path))
        #expect(
            Folder.linkTarget(folder.path("nothing"))
                == .failure(.system(call: "readlink \(folder.path("nothing"))", code: ENOENT)))
    }
}
