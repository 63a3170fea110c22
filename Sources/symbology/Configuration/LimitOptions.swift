import ArgumentParser
import LookupServer

/// How much of everything a server gives, and to whom.
struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Clients at once; one more is told so.", valueName: "count"))
    var clientsMax: Int?

    @Option(help: ArgumentHelp("Requests of one client whose answers it has not read.", valueName: "count"))
    var windowMax: Int?

    @Option(help: ArgumentHelp("How long a frame may stay unfinished.", valueName: "milliseconds"))
    var frameTimeout: Int?

    @Option(help: ArgumentHelp("How long a client may ask nothing; 0 for ever.", valueName: "milliseconds"))
    var idleTimeout: Int?

    @Option(help: ArgumentHelp("Bytes that may wait for one client to read them.", valueName: "bytes"))
    var queuedBytesMax: Int?

    @Option(help: ArgumentHelp("Bytes that may wait for all clients together.", valueName: "bytes"))
    var queuedBytesTotalMax: Int?

    @Option(
        help: ArgumentHelp("Requests and records that one client gets before the others' turn.", valueName: "count"))
    var workPerTurn: Int?

    @Option(help: ArgumentHelp("Records in one page of a list.", valueName: "count"))
    var listPageMax: Int?

    @Option(help: ArgumentHelp("Subscribers at once.", valueName: "count"))
    var subscribersMax: Int?

    @Option(help: ArgumentHelp("File descriptors kept free of clients.", valueName: "count"))
    var reservedFds: Int?

    @Option(
        help: ArgumentHelp(
            "Only these user ids may use the Unix socket: separated by commas, or the option several times.",
            valueName: "uid"))
    var allowUid: [String] = []

    var flags: [Setting: String] {
        let numbers: [Setting: Int?] = [
            .clientsMax: clientsMax, .windowMax: windowMax, .frameTimeout: frameTimeout, .idleTimeout: idleTimeout,
            .queuedBytesMax: queuedBytesMax, .queuedBytesTotalMax: queuedBytesTotalMax, .workPerTurn: workPerTurn,
            .listPageMax: listPageMax, .subscribersMax: subscribersMax, .reservedFds: reservedFds,
        ]
        var flags = numbers.compactMapValues { $0.map(String.init) }
        if !allowUid.isEmpty { flags[.allowUid] = allowUid.joined(separator: ",") }
        return flags
    }

    /// All of them can change while the server runs.
    static let settings: [Setting] = [
        .clientsMax, .windowMax, .frameTimeout, .idleTimeout, .queuedBytesMax, .queuedBytesTotalMax, .workPerTurn,
        .listPageMax, .subscribersMax, .reservedFds, .allowUid,
    ]
}

extension Configuration {
    /// - Throws: for a value out of its range, and for values that contradict each other.
    func serverLimits() throws(CommandFailure) -> ServerLimits {
        let dayMilliseconds = 86_400_000
        var limits = ServerLimits()
        limits.clientCountMax = try integer(.clientsMax, in: 1...1_000_000)
        limits.requestsInFlightMax = try integer(.windowMax, in: 1...1_000_000)
        limits.unfinishedFrameMilliseconds = UInt64(try integer(.frameTimeout, in: 1...dayMilliseconds))
        limits.idleMilliseconds = UInt64(try integer(.idleTimeout, in: 0...dayMilliseconds))
        limits.queuedByteCountMax = try integer(.queuedBytesMax, in: 1 << 16...1 << 34)
        limits.queuedByteCountTotalMax = try integer(.queuedBytesTotalMax, in: 1 << 16...1 << 40)
        limits.workPerTurnMax = try integer(.workPerTurn, in: 1...1_000_000)
        limits.listPageMax = try integer(.listPageMax, in: 1...65_536)
        limits.subscriberCountMax = try integer(.subscribersMax, in: 0...1_000_000)
        limits.descriptorReserve = try integer(.reservedFds, in: 16...1_000_000)
        if let contradiction = limits.contradiction {
            throw CommandFailure(.configuration, contradiction.what, next: contradiction.next)
        }
        return limits
    }

    /// Nil where everybody may connect whom the socket's permissions let in.
    func allowedUserIds() throws(CommandFailure) -> Set<UInt32>? {
        guard let text = value(.allowUid), !text.isEmpty else { return nil }
        var userIds = Set<UInt32>()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let userId = UInt32(part) else {
                throw invalid(.allowUid, expected: "user ids as numbers, separated by commas")
            }
            userIds.insert(userId)
        }
        return userIds
    }
}
