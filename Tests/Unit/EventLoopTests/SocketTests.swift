import Glibc
import TestSupport
import Testing

@testable import EventLoop

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("/run/x.sock", "unix:/run/x.sock"), ("unix:x", "unix:x"), ("./x", "unix:./x"),
        ("127.0.0.1:7001", "tcp:127.0.0.1:7001"), ("tcp:localhost:0", "tcp:localhost:0"),
        ("[::1]:80", "tcp:[::1]:80"), ("host.example:65535", "tcp:host.example:65535"),
    ]) func parses(text: String, description: String) {
        #expect(SocketAddress(text)?.description == description)
    }

    @Test(arguments: [
        "", "unix:", "host", ":1", "host:", "host:65536", "host:-1", "::1:80", "a/b:80", "unix:/a\u{0}b", "a\u{0}b:80",
    ])
    func refuses(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true), ("[::ffff:127.0.0.1]:1", true),
        ("localhost:1", true), ("/tmp/x", true), ("0.0.0.0:1", false), ("[::]:1", false), ("10.0.0.1:1", false),
        ("[::ffff:10.0.0.1]:1", false),
    ]) func knowsWhatOtherHostsCanReach(text: String, isLocal: Bool) throws {
        #expect(try SocketAddress(text)?.isLocal() == isLocal)
    }

    @Test(arguments: [
        ("127.0.0.1:1", "tcp:127.0.0.1:1"), ("[::1]:65535", "tcp:[::1]:65535"), ("0.0.0.0:0", "tcp:0.0.0.0:0"),
        ("unix:x", "unix:x"),
    ]) func numbersStayWhatTheyAre(text: String, description: String) throws {
        #expect(try SocketAddress(text)?.numeric().description == description)
    }

    @Test func aNameBecomesItsNumber() throws {
        let numeric = try SocketAddress.tcp(host: "localhost", port: 7).numeric()
        #expect(["tcp:127.0.0.1:7", "tcp:[::1]:7"].contains(numeric.description))
    }
}

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

    @Test func aStaleSocketIsReplaced() throws {
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

    @Test func aLiveSocketIsRefusedEvenWithoutALock() throws {
        let file = try claim()
        #expect(listen(file.descriptor, 1) == 0)
        unlink("\(folder)/s.lock")
        let error = #expect(throws: EventLoopError.self) { _ = try claim() }
        #expect(error?.kind == .addressInUse)
        #expect(error?.message.contains("answers") == true)
        #expect(exists())
        file.release()
    }

    @Test func aLiveSocketWhoseBacklogIsFullIsRefused() throws {
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

    @Test func aHeldLockIsRefused() throws {
        let file = try claim()
        let error = #expect(throws: EventLoopError.self) { _ = try claim() }
        #expect(error?.kind == .addressInUse)
        #expect(error?.message.contains("s.lock") == true)
        file.release()
    }

    @Test func aRegularFileAndASymbolicLinkAreRefused() throws {
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

    @Test func onlyItsOwnSocketIsRemoved() throws {
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

@Suite struct ListenerTests {
    @Test func aTakenPortIsRefused() throws {
        let loop = try Loop()
        func listen(_ address: SocketAddress, _ options: ListenerOptions = .init()) throws(EventLoopError) -> Listener {
            try Listener(on: loop, address: address, options: options, onAccept: { _ in }, onFailure: { _, _ in })
        }
        let first = try listen(.tcp(host: "127.0.0.1", port: 0))
        let error = #expect(throws: EventLoopError.self) { _ = try listen(first.address) }
        #expect(error?.kind == .addressInUse)
        #expect(error?.description.contains("bind tcp:127.0.0.1:") == true)
        first.close()

        // A port that another server shares between its threads is taken too.
        var shared = ListenerOptions()
        shared.sharesPort = true
        let one = try listen(.tcp(host: "127.0.0.1", port: 0), shared)
        #expect(throws: EventLoopError.self) { _ = try listen(one.address, shared) }
        shared.isFirstOnPort = false
        let two = try listen(one.address, shared)
        one.close()
        two.close()
        loop.close()
    }

    @Test func runningOutOfDescriptorsNeitherStopsNorSpins() throws {
        let loop = try Loop()
        var accepted: [AcceptedSocket] = []
        var news: [Bool] = []
        let listener = try Listener(
            on: loop, address: .tcp(host: "127.0.0.1", port: 0),
            onAccept: {
                accepted.append($0)
                loop.stop()
            },
            onFailure: { error, isNews in
                #expect(error.name == "EMFILE")
                news.append(isNews)
                loop.stop()
            })
        // Lowering the process's own limit would break the tests that run beside this one.
        var isExhausted = true
        listener.acceptOne = { descriptor in
            guard isExhausted else { return accept(descriptor, nil, nil) }
            errno = EMFILE
            return -1
        }
        let client = try BoundSocket.makeSocket(AF_INET, target: "test")
        let address = try listener.address.resolved()
        #expect(address.withSockaddr { connect(client, $0, $1) } == 0)
        loop.run()
        loop.updateTime()
        let start = loop.nowMilliseconds
        loop.run()
        loop.updateTime()
        #expect(news == [true, false])
        #expect(loop.nowMilliseconds - start >= Listener.acceptRetryMilliseconds / 2)
        isExhausted = false
        loop.run()
        #expect(accepted.count == 1)
        // It has accepted since: the next failure is news.
        isExhausted = true
        let another = try BoundSocket.makeSocket(AF_INET, target: "test")
        #expect(address.withSockaddr { connect(another, $0, $1) } == 0)
        loop.run()
        #expect(news == [true, false, true])
        close(client)
        close(another)
        listener.close()
        loop.close()
    }

    /// libuv ends a watch that it reports an error of: without another one nobody would be accepted any more.
    @Test func aWatchThatFailsIsBegunAnew() throws {
        let loop = try Loop()
        var accepted: [AcceptedSocket] = []
        var failures: [EventLoopError] = []
        let listener = try Listener(
            on: loop, address: .tcp(host: "127.0.0.1", port: 0),
            onAccept: {
                accepted.append($0)
                loop.stop()
            }, onFailure: { error, _ in failures.append(error) })
        let error = EventLoopError(errno: EBADF, operation: "watch", target: "test")
        listener.didPoll(error)
        #expect(failures == [error])
        let client = try BoundSocket.makeSocket(AF_INET, target: "test")
        let address = try listener.address.resolved()
        #expect(address.withSockaddr { connect(client, $0, $1) } == 0)
        loop.run()
        #expect(accepted.count == 1)
        close(client)
        listener.close()
        loop.close()
    }
}
