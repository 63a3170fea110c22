import EventLoop
import Glibc
import LookupServer
import ReferenceData
import SymbologyClient
import TestSupport

/// Lookups in the process by the reader of a replica that follows a real server: single keys, ids, and batches.
enum ReplicaProof {
    static func run() throws -> Finding {
        let tables = try Tables()
        let served = try ServedTables(tables)
        defer { served.stop() }
        let replica = try Replica(.unix(path: served.path), options: ReplicaOptions(environment: nil))
        try replica.waitUntilLive(timeoutMilliseconds: 60_000)
        let reader = replica.reader()

        let results = UnsafeMutableBufferPointer<SymbolResolution>.allocate(capacity: Tables.keyCount)
        defer { results.deallocate() }
        results.initialize(repeating: SymbolResolution(status: .notLoaded, generation: 0))
        var unobserved = Finding()
        lookUpOnce(reader, tables, results, &unobserved)
        // Who waits for `live` is woken in the middle of the feed's round, the rest of which is no lookup.
        guard ThreadState.othersFallAsleep() else { throw NeverIdle() }
        var counted = Finding()
        var finding = Finding()
        finding.count {
            while counted.lookupCount < Proof.lookupCountMin { lookUpOnce(reader, tables, results, &counted) }
        }
        finding.lookupCount = counted.lookupCount
        finding.hitCount = counted.hitCount
        guard reader.state == .live else { throw NotLive() }
        return finding
    }

    struct NotLive: Error {}
    struct NeverIdle: Error {}

    private static func lookUpOnce(
        _ reader: ReplicaReader, _ tables: Tables, _ results: UnsafeMutableBufferPointer<SymbolResolution>,
        _ finding: inout Finding
    ) {
        for index in 0..<Tables.keyCount {
            note(reader.resolve(tables.symbolKeys[index]), &finding)
            note(reader.resolve(tables.pairKeys[index]), &finding)
            if reader.symbolRecord(id: UInt32(index)).status == .ok { finding.hitCount += 1 }
            finding.lookupCount += 1
        }
        var span = results.mutableSpan
        reader.resolve(tables.symbolKeys.span, into: &span)
        for index in 0..<Tables.keyCount { note(span[index], &finding) }
        reader.resolve(tables.pairKeys.span, into: &span)
        for index in 0..<Tables.keyCount { note(span[index], &finding) }
        _ = reader.state
    }

    @inline(__always)
    private static func note(_ resolution: SymbolResolution, _ finding: inout Finding) {
        finding.lookupCount += 1
        if resolution.symbolId != 0 { finding.hitCount += 1 }
    }
}

/// A server of the tables on a Unix socket of its own.
struct ServedTables {
    let path: String
    private let folder: String
    private let server: SymbologyServer

    init(_ tables: Tables) throws {
        var template = Array("/tmp/sy-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw NoFolder() }
        folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = folder + "/s"
        var configuration = LookupServerConfiguration(addresses: [.unix(path: path)])
        // What the server does every now and then has nothing to do with lookups.
        configuration.limits.sweepMilliseconds = 3_600_000
        configuration.limits.heartbeatMilliseconds = 3_600_000
        let base = tables.snapshot.rewritten()
        server = SymbologyServer(configuration: configuration, snapshot: base)
        try server.start()
        server.publish(
            SnapshotUpdate(
                snapshot: base, changes: [], state: SourceState(databaseConnected: true, isLoaded: true),
                image: SnapshotImage(base, confirmedAt: .absent)))
    }

    struct NoFolder: Error {}

    func stop() {
        server.stop(deadlineMilliseconds: 100)
        unlink("\(path).lock")
        rmdir(folder)
    }
}
