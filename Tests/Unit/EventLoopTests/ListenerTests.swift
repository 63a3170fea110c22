import Glibc
import Scenarios
import TestSupport
import Testing

@testable import EventLoop

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

    @Test(.scenario(.descriptorsExhausted)) func runningOutOfDescriptorsNeitherStopsNorSpins() throws {
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
