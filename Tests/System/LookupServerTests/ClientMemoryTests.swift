import LookupServer
import ReferenceData
import TestSupport
import Testing

/// Clients who ask for more than there is memory for, most of them in a process of its own whose address space is
/// limited.
@Suite(.enabled(if: Sanitizer.current == nil, "a sanitizer takes all of the address space"))
struct ClientMemoryTests {
    @Test func whoLeavesMoreUnreadThanThereIsMemoryForIsCut() async {
        await #expect(processExitsWith: .success) {
            let test = try TestServer(snapshot: Fixture.snapshot(symbolCount: 5_000))
            let other = try RawClient(test.unix)
            try other.send(Request.ping(1, token: 1))
            _ = try other.frames(1)
            let requests = (0..<64).flatMap { Request.listSymbols(UInt32($0)) }
            AddressSpaceLimit.set(toFurther: 24 << 20)
            // What this process has kept of what it freed is used up first.
            var greedy: [RawClient] = []
            let isCut = try Deadline().poll {
                let client = try RawClient(test.unix)
                _ = client.sendWhatFits(requests)
                greedy.append(client)
                return test.events.all.contains {
                    if case .clientClosed(_, .outOfMemory) = $0 { true } else { false }
                }
            }
            precondition(isCut, "\(greedy.count) clients were served")
            try other.send(Request.ping(2, token: 2))
            let answer = try other.frames(1)
            precondition(answer[0].template == .pong)
            AddressSpaceLimit.set(toFurther: nil)
            withExtendedLifetime(greedy) {}
        }
    }

    @Test func allClientsTogetherGetASmallPartOfWhatThereIs() async {
        await #expect(processExitsWith: .success) {
            AddressSpaceLimit.set(toFurther: 320 << 20)
            let server = SymbologyServer(
                configuration: LookupServerConfiguration(addresses: [.unix(path: "/nonexistent")]),
                snapshot: .empty(epoch: 1))
            let limit = server.limits.queuedByteCountTotalMax
            precondition((1 << 20...20 << 20).contains(limit), "\(limit)")
            server.update(limits: ServerLimits(), allowedUserIds: nil)
            precondition(server.limits.queuedByteCountTotalMax == limit, "it may not be raised")
        }
    }

    /// 32 clients could keep as many images in memory for ten minutes, while nothing new can be served for want of it.
    @Test func anOlderImageGivesItsMemoryBackWhereThatIsWanted() throws {
        let test = try TestServer()
        func publish(generation: UInt64, _ state: SourceState) throws {
            let snapshot = Fixture.snapshot(symbolCount: 20_000, generation: generation)
            try test.publish(
                SnapshotUpdate(
                    snapshot: snapshot, changes: [], state: state,
                    image: SnapshotImage(snapshot, confirmedAt: .absent)))
        }
        var state = SourceState(databaseConnected: true, isLoaded: true)
        try publish(generation: 2, state)
        func fetch() throws -> RawClient {
            let client = try RawClient(test.tcp, receiveBufferByteCount: 8_192)
            try client.send(Request.getSnapshot(1, sendBytes: true))
            _ = try client.frames(2)
            return client
        }
        let older = try fetch()
        state.heldBack = HeldBackLoad(neededByteCount: 1)
        try publish(generation: 3, state)
        try test.events.wait("cut") { if case .clientClosed(_, .outOfMemory) = $0 { true } else { false } }
        // Who gets the one that is served goes on.
        let newest = try fetch()
        try publish(generation: 3, state)
        #expect(try newest.frames(1)[0].template == .snapshotChunk)
        withExtendedLifetime(older) {}
    }
}
