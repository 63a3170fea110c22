import Glibc
import Scenarios
import TestSupport
import Testing

@testable import EventLoop

@Suite final class UnixSocketFileTests {
    private let temporary = TemporaryFolder()
    private var folder: String { temporary.path }

    private func claim(_ name: String = "s", makesFolder: Bool = false) throws(EventLoopError) -> UnixSocketFile {
        try UnixSocketFile(claiming: "\(folder)/\(name)", permissions: 0o600, makesFolder: makesFolder)
    }

    private func exists(_ name: String = "s") -> Bool { access("\(folder)/\(name)", F_OK) == 0 }

    @Test func hasThePermissionsAskedForWhateverTheMask() throws {
        for permissions: mode_t in [0o600, 0o660] {
            let file = try UnixSocketFile(claiming: "\(folder)/p", permissions: permissions, makesFolder: false)
            var status = stat()
            #expect(lstat("\(folder)/p", &status) == 0)
            #expect(status.st_mode & 0o777 == permissions)
            file.release()
        }
    }

    @Test(.scenario(.staleSocket)) func aStaleSocketIsReplaced() throws {
        // Bound, never listening, closed: what a server that was killed leaves behind.
        let descriptor = try BoundSocket.makeSocket(AF_UNIX, target: "test")
        let address = try SocketAddress.unix(path: "\(folder)/s").resolved()
        #expect(address.withSockaddr { bind(descriptor, $0, $1) } == 0)
        close(descriptor)
        let file = try claim()
        #expect(exists())
        file.release()
        #expect(!exists())
    }

    @Test(.scenario(.staleSocket)) func aLiveSocketIsRefusedEvenWithoutALock() throws {
        let file = try claim()
        #expect(listen(file.descriptor, 1) == 0)
        unlink("\(folder)/s.lock")
        let error = #expect(throws: EventLoopError.self) { _ = try claim() }
        #expect(error?.kind == .addressInUse)
        #expect(error?.message.contains("answers") == true)
        #expect(exists())
        file.release()
    }

    @Test(.scenario(.staleSocket)) func aLiveSocketWhoseBacklogIsFullIsRefused() throws {
        let file = try claim()
        #expect(listen(file.descriptor, 0) == 0)
        unlink("\(folder)/s.lock")
        let address = try SocketAddress.unix(path: "\(folder)/s").resolved()
        var clients: [Int32] = []
        for _ in 0..<3 {
            let client = try BoundSocket.makeSocket(AF_UNIX, target: "test")
            _ = fcntl(client, F_SETFL, O_NONBLOCK)
            _ = address.withSockaddr { connect(client, $0, $1) }
            clients.append(client)
        }
        let error = #expect(throws: EventLoopError.self) { _ = try claim() }
        #expect(error?.kind == .addressInUse)
        for client in clients { close(client) }
        file.release()
    }

    @Test(.scenario(.staleSocket)) func aHeldLockIsRefused() throws {
        let file = try claim()
        let error = #expect(throws: EventLoopError.self) { _ = try claim() }
        #expect(error?.kind == .addressInUse)
        #expect(error?.message.contains("s.lock") == true)
        file.release()
    }

    @Test(.scenario(.staleSocket)) func aRegularFileAndASymbolicLinkAreRefused() throws {
        close(open("\(folder)/file", O_CREAT | O_WRONLY, 0o600))
        symlink("\(folder)/elsewhere", "\(folder)/link")
        for (name, words) in [("file", "not a socket"), ("link", "a symbolic link")] {
            let error = #expect(throws: EventLoopError.self) { _ = try claim(name) }
            #expect(error?.kind == .obstructed)
            #expect(error?.message.contains(words) == true)
            var status = stat()
            #expect(lstat("\(folder)/\(name)", &status) == 0)
        }
    }

    @Test(.scenario(.staleSocket)) func onlyItsOwnSocketIsRemoved() throws {
        let file = try claim()
        // Somebody removed our socket and bound another one at the path.
        unlink("\(folder)/s")
        let descriptor = try BoundSocket.makeSocket(AF_UNIX, target: "test")
        let address = try SocketAddress.unix(path: "\(folder)/s").resolved()
        #expect(address.withSockaddr { bind(descriptor, $0, $1) } == 0)
        file.release()
        #expect(exists())
        close(descriptor)
    }

    @Test func anOverlongPathIsRefused() throws {
        let error = #expect(throws: EventLoopError.self) {
            _ = try claim(String(repeating: "x", count: SocketAddress.unixPathByteCountMax))
        }
        #expect(error?.kind == .invalidAddress)
        let exact = SocketAddress.unixPathByteCountMax - folder.utf8.count - 1
        // The lock's name is longer than the socket's and no address: only the socket's counts.
        try claim(String(repeating: "x", count: exact)).release()
    }

    @Test func aMissingFolderIsCreatedForItsOwnerAlone() throws {
        let error = #expect(throws: EventLoopError.self) { _ = try claim("new/s") }
        #expect(error?.name == "ENOENT")
        let file = try claim("new/s", makesFolder: true)
        var status = stat()
        #expect(stat("\(folder)/new", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        file.release()
    }
}
