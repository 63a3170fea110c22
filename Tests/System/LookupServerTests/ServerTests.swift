import EventLoop
import Glibc
import LookupServer
import ReferenceData
import Scenarios
import SymbologyWire
import Testing

@Suite(.serialized) struct ServerTests {
    @Test(arguments: [false, true]) func answersOverUnixAndTCP(busyPoll: Bool) throws {
        let test = try TestServer { $0.busyPoll = busyPoll }
        for address in [test.unix, test.tcp] {
            let client = try RawClient(address)
            try client.send(Request.resolveSymbol(7, ofFixture: 4))
            let frame = try client.frames(1)[0]
            #expect(frame.requestId == 7)
            #expect(frame.resolution.status == .ok)
            #expect(frame.resolution.symbolId == 4)
            #expect(frame.resolution.generation == 1)
        }
        #expect(test.server.statistics.counters.hitCount == 2)
    }

    @Test(.scenario(.splitFrames)) func answersPipelinedAndSplitRequestsInOrder() throws {
        let test = try TestServer()
        let client = try RawClient(test.unix)
        let bytes = (0..<1_000).flatMap { Request.resolveSymbol(UInt32($0), ofFixture: UInt32($0 % 100) + 1) }
        // Cut anywhere, at sizes that share no factor with a frame.
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + 997, bytes.count)
            try client.send(Array(bytes[offset..<end]))
            offset = end
        }
        let frames = try client.frames(1_000)
        #expect(frames.map(\.requestId) == (0..<1_000).map { UInt32($0) })
        #expect(frames.map(\.resolution.symbolId) == (0..<1_000).map { UInt32($0 % 100) + 1 })
    }

    @Test(.scenario(.splitFrames)) func oneByteAtATime() throws {
        let test = try TestServer()
        let client = try RawClient(test.tcp)
        for byte in Request.resolveSymbol(1, ofFixture: 9) + Request.ping(2, token: 99) { try client.send([byte]) }
        let frames = try client.frames(2)
        #expect(frames[0].resolution.symbolId == 9)
        #expect(frames[1].read(PongView.self) { $0.token } == 99)
    }
}
