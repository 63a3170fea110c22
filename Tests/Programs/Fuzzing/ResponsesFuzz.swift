import Glibc
import ReferenceData
import SymbologyClient
import SymbologyWire

/// A server that sends anything at all gets an error of the client's, never more.
enum ResponsesFuzz {
    /// The first byte chooses what the client asks; the rest is what the server sends, after a proper welcome.
    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let selector = bytes.first else { return }
        connectsOverWelcome
        let sent = (selector & 0x80 != 0 ? [] : welcome) + bytes.dropFirst()
        try? withClient(reading: sent) { try? ask($0, selector & 0x7F) }
    }

    /// Once: a client that refused the plain welcome would never come to ask anything.
    private static let connectsOverWelcome: Void = {
        do {
            var isConnected = false
            try withClient(reading: welcome) { _ in isConnected = true }
            require(isConnected, "a welcome is more than a socket takes")
        } catch {
            fatalError("the welcome is refused: \(error)")
        }
    }()

    /// Connects a client to a server that sends these bytes and then ends; not at all where they are more than a socket
    /// takes.
    private static func withClient(reading bytes: [UInt8], _ body: (LookupClient) -> Void) throws(ClientError) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { fatalError("no socket pair: \(errno)") }
        let socket = ClientSocket(descriptor: ends[0])
        let isSent = bytes.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) == $0.count }
        // From here on the client reads what is there, then the end.
        shutdown(ends[1], Int32(SHUT_WR))
        defer { close(ends[1]) }
        guard isSent else { return }
        var options = ClientOptions()
        options.reconnects = false
        body(try LookupClient(over: socket, to: .unix(path: "/nowhere"), options: options))
    }

    private static let welcome: [UInt8] = [UInt8](unsafeUninitializedCapacity: WireLayout.Welcome.frameByteCount) {
        buffer, count in
        guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
        WelcomeView.write(
            to: base, requestId: 1, protocolVersion: 1, epoch: 7, systemIdentifier: nil, generation: 1,
            heartbeatMilliseconds: 1_000, windowCountMax: 64, listPageCountMax: 100, batchCountMax: 64,
            batchMilliseconds: 0, idleMilliseconds: nil, clientCountMax: 0, subscriberCountMax: 0,
            requestByteCountMax: 256, environment: "".utf8, serverVersion: "".utf8, frameMilliseconds: 0,
            unreadMilliseconds: 0, imageMilliseconds: 0)
        count = WireLayout.Welcome.frameByteCount
    }

    private static func ask(_ client: LookupClient, _ selector: UInt8) throws {
        switch selector % 14 {
        case 0: _ = try client.resolve(exchange: "VENUE_1", symbol: "BTC_USDT")
        case 1: try batch(client)
        case 2: _ = try client.exchange(id: 1)
        case 3: _ = try client.exchanges(marketType: nil, activeOnly: false)
        case 4: _ = try client.symbol(id: 1)
        case 5: _ = try client.symbols(exchange: nil, activeOnly: false)
        case 6: _ = try client.find(base: "BTC", quote: "USDT")
        case 7: _ = try client.search("BTC", mode: .substring, exchange: nil, activeOnly: true, limit: 10)
        case 8: _ = try client.status()
        case 9: _ = try client.resolve(exchange: "VENUE_1", unifiedName: "BTC/USDT:USDT")
        case 10: _ = try client.contracts(exchange: nil, base: "BTC", quote: "USDT")
        default:
            try client.subscribe(withRecords: selector % 2 == 0)
            while try client.nextPush(timeoutMilliseconds: 0) != nil {}
        }
    }

    private static func batch(_ client: LookupClient) throws {
        guard let key = SymbolKey(exchangeId: 1, symbol: "BTC_USDT") else { return }
        let keys = [SymbolKey](repeating: key, count: 8)
        let results = UnsafeMutableBufferPointer<SymbolResolution>.allocate(capacity: keys.count)
        defer { results.deallocate() }
        results.initialize(repeating: SymbolResolution(status: .notLoaded, generation: 0))
        var span = results.mutableSpan
        try client.resolve(keys.span, into: &span)
    }
}
