import Glibc
import SymbologyWire
import TestSupport
import Testing

@testable import LookupServer

/// What a rejection says, and whether the connection outlives it.
@Suite(.serialized) struct RejectionTests {
    /// A request with one byte changed.
    private static func changed(_ frame: [UInt8], _ offset: Int, to value: UInt8) -> [UInt8] {
        var frame = frame
        frame[offset] = value
        return frame
    }

    /// Sends what is to be rejected and a ping behind it: the rejection, and whether the ping was answered.
    private func provoke(
        _ bytes: [UInt8], _ reason: RejectReason, _ adjust: (inout LookupServerConfiguration) -> Void = { _ in }
    ) throws -> String {
        let test = try TestServer {
            $0.limits.sweepMilliseconds = 10
            adjust(&$0)
        }
        defer { withExtendedLifetime(test) {} }
        let client = try RawClient(test.unix)
        // A server that turns it away may be gone by then.
        try? client.send(bytes + (bytes.isEmpty ? [] : Request.ping(77, token: 1)))
        let frame = try #require(try client.nextSkippingHeartbeats())
        #expect(frame.rejectReason == reason)
        let next = try client.nextSkippingHeartbeats()
        #expect((next == nil) == reason.closesConnection, "\(reason)")
        #expect(next == nil || next?.template == .pong, "\(reason)")
        return frame.read(RejectedView.self) { String(decoding: $0.text, as: UTF8.self) }
    }

    @Test func theServerClosesWhereTheReasonSaysSo() throws {
        let lookup = Request.resolveSymbol(5, 1, "NONE")
        let text = WireLayout.ResolveSymbol.symbolText.lowerBound
        var seen: Set<RejectReason> = []
        func expect(
            _ bytes: [UInt8], _ reason: RejectReason, _ words: String,
            _ adjust: (inout LookupServerConfiguration) -> Void = { _ in }
        ) throws {
            #expect(try provoke(bytes, reason, adjust) == words, "\(reason)")
            seen.insert(reason)
        }
        try expect(Self.changed(lookup, 4, to: 0), .wrongSchema, "schemaId is not 7001")
        // Of a message that needs more than the least, of one that is unknown, and of one that servers send.
        let find = Request.findPair(5, "A", "B")
        let needed = Template.findPair.frameByteCountMin - 8
        #expect(needed > WireLimits.requestBlockByteCountMin)
        for (template, length, least) in [
            (Template.findPair.rawValue, needed - 1, needed), (Template.findPair.rawValue, 55, needed),
            (99, 55, 56), (Template.symbolRecord.rawValue, 55, 56),
        ] {
            let short = Self.changed(Self.changed(find, 0, to: UInt8(length)), 2, to: UInt8(template))
            try expect(short, .blockTooShort, "blockLength is below \(least)")
        }
        try expect(Self.changed(lookup, 0, to: 249), .blockTooLong, "blockLength is above 248")
        try expect(Self.changed(lookup, 2, to: 99), .unsupportedTemplate, "no such request")
        try expect(
            Self.changed(Request.ping(5, token: 1), 63, to: 1), .paddingNotZero, "a padding byte is not zero")
        try expect(
            Self.changed(lookup, text + 9, to: 65), .textNotPadded, "more than NUL follows the first NUL of a text")
        try expect(Self.changed(lookup, text, to: 0xFF), .textNotUTF8, "a text is not UTF-8")
        try expect(Request.resolveSymbol(5, 1, ""), .textEmpty, "a text that must say something is empty")
        try expect(Request.ping(.max, token: 1), .valueOutOfRange, "a field has a value that it may not have")
        try expect(Request.subscribe(5), .limitReached, "there are as many subscribers as there may be") {
            $0.limits.subscriberCountMax = 0
        }
        try expect(
            Request.hello(5, environment: "other"), .environmentMismatch, "another environment is served here")
        try expect([], .notPermitted, "this user may not connect") { $0.allowedUserIds = [getuid() &+ 1] }
        try expect([], .idleTimeout, "nothing was asked for too long") { $0.limits.idleMilliseconds = 1 }

        let test = try TestServer {
            $0.limits.sweepMilliseconds = 10
            $0.limits.unfinishedFrameMilliseconds = 1
        }
        let slow = try RawClient(test.unix)
        try slow.send([1, 2])
        #expect(try slow.rest().frames.map(\.rejectReason) == [.frameTimeout])
        seen.insert(.frameTimeout)
        let full = try TestServer { $0.limits.clientCountMax = 1 }
        defer { withExtendedLifetime(full) {} }
        let first = try RawClient(full.unix)
        try first.send(Request.ping(1, token: 1))
        _ = try first.frames(1)
        #expect(try RawClient(full.unix).rest().frames.map(\.rejectReason) == [.tooManyClients])
        seen.insert(.tooManyClients)
        first.close()
        let last = try RawClient(test.unix)
        try last.send(Request.ping(1, token: 1))
        _ = try last.frames(1)
        test.server.stop()
        #expect(try last.rest().frames.map(\.rejectReason) == [.shuttingDown])
        seen.insert(.shuttingDown)

        // These two are never sent.
        let all = Set(RejectReason.named).subtracting([.slowReader, .serverFault])
        #expect(seen == all)
        for reason in [RejectReason.shuttingDown, .frameTimeout, .tooManyClients] { #expect(reason.closesConnection) }
    }

    @Test func everyReasonHasWordsThatFit() {
        for reason in RejectReason.named + [RejectReason(rawValue: 200)] {
            for template in Template.allCases {
                let count = reason.words(of: template).utf8.count
                #expect(count > 0 && count <= WireLayout.Rejected.text.count, "\(reason)")
            }
        }
    }
}

extension RejectReason {
    /// Those of this version.
    fileprivate static var named: [RejectReason] {
        (UInt8(1)...254).map { RejectReason(rawValue: $0) }.filter { $0.description != "reason \($0.rawValue)" }
    }
}
