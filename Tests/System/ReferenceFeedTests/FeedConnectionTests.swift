import EventLoop
import Foundation
import PostgreSQL
import PrivateCluster
import ReferenceStore
import TestSupport
import Testing

@testable import ReferenceFeed

/// One connection on a loop that the test turns itself.
@Suite struct FeedConnectionTests {
    private final class Seen {
        var isReady = false
        var statementCount = 0
        var channels: Set<String> = []
        var error: PostgreSQLError?

        func take(_ step: FeedConnection.Step) {
            switch step {
            case .ready: isReady = true
            case .statementOver(let error):
                statementCount += 1
                self.error = error
            case .notified(let channels): self.channels.formUnion(channels)
            case .lost(let error): self.error = error
            case .result: break
            }
        }
    }

    private func turn(_ loop: Loop, until isDone: () -> Bool) throws -> Bool {
        let deadline = Deadline()
        let turn = try NextTurn(on: loop) { loop.stop() }
        defer { turn.close() }
        while !isDone() {
            if deadline.isOver { return false }
            turn.request()
            loop.run()
        }
        return true
    }

    private func connected(to conninfo: String, _ loop: Loop, _ seen: Seen) throws -> FeedConnection {
        let connection = FeedConnection(on: loop) { seen.take($0) }
        connection.open(try ConnectionTarget(conninfo: conninfo), SessionSettings())
        #expect(try turn(loop) { seen.isReady }, "\(String(describing: seen.error))")
        return connection
    }

    /// Of a million symbols they are 200 MB, and nothing else is asked on the connection until something changes.
    @Test func theRowsOfACopyAreLetGoAtItsEnd() throws {
        let database = try TestSession()
        defer { database.keep() }
        let loop = try Loop()
        defer { loop.close() }
        let seen = Seen()
        let connection = try connected(to: database.conninfo, loop, seen)
        defer { connection.close() }
        weak var held: RunningRefresh?
        do {
            let running = RunningRefresh(.fullLoad(.requested), changeCountMax: 10)
            held = running
            connection.sendCopy(
                Statement(name: "copy", sql: "COPY exchanges TO STDOUT (FORMAT binary)"), to: running)
        }
        #expect(held != nil)
        #expect(try turn(loop) { seen.statementCount == 1 })
        #expect(seen.error == nil && held == nil)
    }

    /// Between two turns of the loop, as when one of them took long: what is there counts as heard.
    @Test func whatHasArrivedIsTakenWithoutTheLoop() throws {
        let database = try TestSession()
        defer { database.keep() }
        let loop = try Loop()
        defer { loop.close() }
        let seen = Seen()
        let connection = try connected(to: database.conninfo, loop, seen)
        defer { connection.close() }
        connection.sendSimple(Statement(name: "listen", sql: "LISTEN bell"))
        #expect(try turn(loop) { seen.statementCount == 1 })
        try database.run("NOTIFY bell")
        let isHeard = Deadline().poll {
            connection.takeArrived()
            return seen.channels == ["bell"]
        }
        #expect(isHeard && seen.error == nil)
    }

    /// As when the server is stopped at once. libuv calls every error of a socket EBADF.
    @Test func whatBefellTheSocketIsSaidInTheWordsOfLibpq() throws {
        let database = try TestSession()
        defer { database.keep() }
        let proxy = try FreezingProxy(toServerOf: database)
        defer { proxy.close() }
        let loop = try Loop()
        defer { loop.close() }
        let seen = Seen()
        let connection = try connected(to: proxy.conninfo(database), loop, seen)
        defer { connection.close() }
        proxy.reset()
        #expect(try turn(loop) { seen.error != nil })
        let words = seen.error?.message ?? ""
        #expect(words.contains("server closed the connection"), "\(words)")
    }

    /// The queue of the first is full, so that connecting to it waits; then nobody listens there any more.
    @Test func theNextAddressIsTriedWhereTheFirstRefusesLate() throws {
        let database = try TestSession()
        defer { database.keep() }
        let full = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let waiting = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(waiting) }
        let port = try RawSocket.withAddress(0) { address, length in
            try #require(bind(full, address, length) == 0 && listen(full, 0) == 0)
            var bound = sockaddr_in()
            var boundLength = length
            withUnsafeMutablePointer(to: &bound) {
                _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(full, $0, &boundLength) }
            }
            return UInt16(bigEndian: bound.sin_port)
        }
        try RawSocket.withAddress(port) { try #require(connect(waiting, $0, $1) == 0) }
        let loop = try Loop()
        defer { loop.close() }
        let seen = Seen()
        let connection = FeedConnection(on: loop) { seen.take($0) }
        defer { connection.close() }
        let cluster = database.database.testCluster.cluster
        connection.open(
            try ConnectionTarget(
                conninfo: "host=127.0.0.1,\(cluster.socketDirectory) port=\(port),\(DatabaseCluster.port) "
                    + "user=\(DatabaseCluster.superuser) dbname=\(database.database.name)"), SessionSettings())
        var turnCount = 0
        _ = try turn(loop) {
            turnCount += 1
            return turnCount > 3
        }
        #expect(connection.socket >= 0 && !seen.isReady && seen.error == nil)
        close(full)
        #expect(try turn(loop) { seen.isReady || seen.error != nil })
        #expect(seen.isReady, "\(String(describing: seen.error))")
    }

    /// libpq may close its own at any time, and the number may be somebody else's socket the moment after.
    @Test func theLoopWatchesADescriptorOfItsOwn() throws {
        let database = try TestSession()
        defer { database.keep() }
        let loop = try Loop()
        defer { loop.close() }
        let seen = Seen()
        let connection = try connected(to: database.conninfo, loop, seen)
        connection.sendSimple(Statement(name: "listen", sql: "LISTEN bell"))
        #expect(try turn(loop) { seen.statementCount == 1 })
        let socket = connection.socket
        let place = try #require(Self.place(of: socket))
        let watched = Self.watchedDescriptors().filter { Self.place(of: $0) == place }
        #expect(watched.count == 1 && !watched.contains(socket), "\(watched), libpq has \(socket)")
        connection.close()
        #expect(Self.descriptors("/proc/self/fd").allSatisfy { Self.place(of: $0) != place })
    }

    private static func descriptors(_ folder: String) -> [Int32] { namesInFolder(folder).compactMap { Int32($0) } }

    /// `socket:[number]`.
    private static func place(of descriptor: Int32) -> String? {
        var bytes = [CChar](repeating: 0, count: 256)
        let count = readlink("/proc/self/fd/\(descriptor)", &bytes, bytes.count - 1)
        return count > 0 ? String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// Of all loops of this process.
    private static func watchedDescriptors() -> [Int32] {
        descriptors("/proc/self/fdinfo").flatMap { descriptor in
            let text = (try? String(contentsOfFile: "/proc/self/fdinfo/\(descriptor)", encoding: .utf8)) ?? ""
            return text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ", omittingEmptySubsequences: true)
                return words.first == "tfd:" ? Int32(words[1]) : nil
            }
        }
    }
}
