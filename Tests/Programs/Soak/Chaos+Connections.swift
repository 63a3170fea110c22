import Foundation
import SymbologyClient
import SymbologyWire
import TestSupport

// Faults that clients make.
extension Chaos {
    private static let exhaustingConnectionCount = 2 * ServerUnderTest.clientCountMax
    private static let vanishingConnectionCount = 3_000
    private static let resetConnectionCount = 6_000
    private static let silentSubscriberCount = 300
    private static let exhaustingAttemptCountMax = 10
    /// For all connections of a fault together.
    private static let connectingSecondsMax = 120.0
    /// How long to wait for something not to happen, or for an answer to be on its way.
    private static let briefMilliseconds: Int32 = 500

    /// How long connecting and sending may take: a server that neither accepts nor reads must not hold the soak.
    private static let sendSecondsMax = 5

    /// Nil when nobody listens, or the backlog is full and stays so.
    private func connect() -> RawSocket? {
        try? RawSocket(unixPath: server.unixPath, sendSecondsMax: Self.sendSecondsMax)
    }

    /// A whole `Hello`, and as many lookups as one segment takes.
    private static let helloAndLookups: [UInt8] = {
        let lookupCount = 200
        return [UInt8](unsafeUninitializedCapacity: 64 * (lookupCount + 1)) { buffer, count in
            let base = UnsafeMutableRawPointer(buffer.baseAddress!)
            HelloView.write(to: base, requestId: 1, clientName: "vanishing".utf8, environment: "".utf8)
            for index in 1...lookupCount {
                ResolveSymbolView.write(
                    to: base + 64 * index, requestId: UInt32(index + 1), exchangeId: 1,
                    symbolText: "S\(index)_USDT".utf8)
            }
            count = 64 * (lookupCount + 1)
        }
    }()

    /// More connections than the server will have, held for a while.
    func exhaustClients() throws {
        let deadline = Deadline(seconds: Self.connectingSecondsMax)
        let clients = (0..<Self.exhaustingConnectionCount).compactMap { _ in
            deadline.isOver ? nil : connect()
        }
        defer { for client in clients { client.close() } }
        let isRefused = Deadline().poll {
            do throws(ClientError) {
                _ = try LookupClient(server.address(0))
                return false
            } catch {
                if case .rejected(_, .tooManyClients, _) = error { return true }
                return false
            }
        }
        guard isRefused else { throw SoakFailure("\(clients.count) clients were not too many") }
        Thread.sleep(forTimeInterval: Self.shortSeconds)
    }

    /// Leaves the server not one descriptor more than it has.
    func exhaustDescriptors() throws {
        let limits = readFile("/proc/\(server.process.processId)/limits")?.split(separator: "\n")
            .first { $0.hasPrefix("Max open files") }?.split(separator: " ")
        guard let limits, limits.count >= 5 else { throw SoakFailure("the server's limits cannot be read") }
        do {
            try takeDescriptors(hardLimit: limits[4])
        } catch {
            try setDescriptorLimit("\(limits[3]):\(limits[4])")
            throw error
        }
        try setDescriptorLimit("\(limits[3]):\(limits[4])")
    }

    private func takeDescriptors(hardLimit: Substring) throws {
        // It may close one in between: then once more.
        for _ in 0..<Self.exhaustingAttemptCountMax {
            try setDescriptorLimit("\(server.process.lowestFreeDescriptor):\(hardLimit)")
            // The system itself completes connections up to the backlog, but nobody answers.
            guard let client = connect() else {
                throw SoakFailure("the server does not listen")
            }
            defer { client.close() }
            try? client.send(Self.helloAndLookups)
            if !client.isReadable(withinMilliseconds: Int32(Self.shortSeconds * 1_000)) { return }
        }
        throw SoakFailure("the server has descriptors left")
    }

    private func setDescriptorLimit(_ limit: String) throws {
        let outcome = Program.run(["prlimit", "--pid", "\(server.process.processId)", "--nofile=\(limit)"])
        guard outcome.status == 0 else { throw SoakFailure("prlimit: \(outcome.output)") }
    }

    /// Connections that say half a sentence and vanish.
    func vanish() throws {
        let deadline = Deadline(seconds: Self.connectingSecondsMax)
        let count = (0..<Self.vanishingConnectionCount).count { _ in
            guard !deadline.isOver, let client = connect() else { return false }
            try? client.send(Self.helloAndLookups.prefix(6))
            client.close()
            return true
        }
        try expectMost(count, of: Self.vanishingConnectionCount)
    }

    /// TCP connections that end in a reset.
    func resetStorm() throws {
        let deadline = Deadline(seconds: Self.connectingSecondsMax)
        let count = (0..<Self.resetConnectionCount).count { number in
            guard !deadline.isOver,
                let client = try? RawSocket(tcpPort: server.tcpPort, sendSecondsMax: Self.sendSecondsMax)
            else { return false }
            switch number % 4 {
            case 0: break
            case 1: try? client.send(Self.helloAndLookups.prefix(40))
            // Before, while or after the server writes.
            case 2: try? client.send(Self.helloAndLookups)
            default:
                try? client.send(Self.helloAndLookups)
                _ = client.isReadable(withinMilliseconds: Self.briefMilliseconds)
            }
            client.reset()
            return true
        }
        try expectMost(count, of: Self.resetConnectionCount)
    }

    /// Subscribers whose sockets are full of what they asked for: the changes of meanwhile wait for them.
    func holdSubscribersThatReadNothing() throws {
        let deadline = Deadline(seconds: Self.connectingSecondsMax)
        let subscription = [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            SubscribeView.write(
                to: UnsafeMutableRawPointer(buffer.baseAddress!), requestId: 1, flags: .withRecords, epoch: 0,
                sequence: 0)
            count = 64
        }
        let subscribers = try (0..<Self.silentSubscriberCount).compactMap { number -> RawSocket? in
            guard !deadline.isOver else { return nil }
            let client =
                number % 2 == 0
                ? connect() : try? RawSocket(tcpPort: server.tcpPort, receiveBufferByteCount: 4_096)
            try client?.send(subscription)
            return client
        }
        defer { for client in subscribers { client.close() } }
        try expectMost(subscribers.count, of: Self.silentSubscriberCount)
        // Each goes on behind what fitted before.
        let lookups = Array(Self.helloAndLookups[64...])
        var sentByteCounts = [Int](repeating: 0, count: subscribers.count)
        let held = Deadline(seconds: Self.shortSeconds)
        repeat {
            for (index, client) in subscribers.enumerated() {
                let rest = Array(lookups[(sentByteCounts[index] % lookups.count)...])
                sentByteCounts[index] += max(0, client.sendWhatFits(rest))
            }
            Thread.sleep(forTimeInterval: 0.1)
        } while !held.isOver
        let subscriberCount = try LookupClient(server.address(0)).status().subscriberCount
        guard subscriberCount > subscribers.count / 2 else {
            throw SoakFailure("of \(subscribers.count) subscribers that read nothing \(subscriberCount) are left")
        }
    }

    private func expectMost(_ count: Int, of all: Int) throws {
        guard count > all / 2 else { throw SoakFailure("only \(count) of \(all) connections came about") }
    }
}
