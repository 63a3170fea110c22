import Glibc
import ReferenceData
import SymbologyClient

/// Prepared keys through a client and a real server over a Unix socket: in batches of 1,024, and one at a time.
enum ClientProof {
    static func run() throws -> Finding {
        let tables = try Tables()
        let served = try ServedTables(tables)
        defer { served.stop() }
        var options = ClientOptions()
        options.requestTimeoutMilliseconds = 60_000
        let client = try LookupClient(.unix(path: served.path), options: options)

        let results = UnsafeMutableBufferPointer<SymbolResolution>.allocate(capacity: Tables.keyCount)
        defer { results.deallocate() }
        results.initialize(repeating: SymbolResolution(status: .notLoaded, generation: 0))
        var finding = Finding()
        var unobserved = Finding()
        try lookUpOnce(client, tables, results, &unobserved)
        var counted = Finding()
        try finding.count {
            while counted.lookupCount < Proof.lookupCountMin { try lookUpOnce(client, tables, results, &counted) }
        }
        finding.lookupCount = counted.lookupCount
        finding.hitCount = counted.hitCount
        return finding
    }

    /// Single lookups each wait for a round trip, so there are few of them.
    private static let singleCount = 16

    private static func lookUpOnce(
        _ client: LookupClient, _ tables: Tables, _ results: UnsafeMutableBufferPointer<SymbolResolution>,
        _ finding: inout Finding
    ) throws {
        var span = results.mutableSpan
        try client.resolve(tables.symbolKeys.span, into: &span)
        for index in 0..<Tables.keyCount { note(span[index], &finding) }
        try client.resolve(tables.pairKeys.span, into: &span)
        for index in 0..<Tables.keyCount { note(span[index], &finding) }
        for index in 0..<singleCount {
            note(try client.resolve(tables.symbolKeys[index]), &finding)
            note(try client.resolve(tables.pairKeys[index]), &finding)
        }
    }

    @inline(__always)
    private static func note(_ resolution: SymbolResolution, _ finding: inout Finding) {
        finding.lookupCount += 1
        if resolution.symbolId != 0 { finding.hitCount += 1 }
    }
}
