import Glibc
import LookupServer
import ReferenceData
import SymbologyWire

/// `ResolverTiming IMAGE ROUNDS` prints nanoseconds a request, a line a round: request bytes to answer bytes, as a
/// connection of the server has it done, in batches of 1,024 requests by symbol string, all of which are found.
///
/// The snapshot lies in memory of its own, as in a server that has loaded; the symbols are asked for in random order.
/// `make bench` runs it; what it finds is no matter of tests.
@main
struct ResolverTiming {
    private static let batchCount = 1_024
    /// More than the caches hold.
    private static let batchesPerRound = 1_024

    private var resolver = Resolver(limits: ServerLimits())
    private var answers = AnswerBuffer(capacity: batchCount * WireLayout.SymbolResolution.frameByteCount * 2)
    private let snapshot: Snapshot
    private let requests: [UInt8]

    struct Failure: Error { let reason: String }

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let roundCount = Int(arguments[2]), roundCount > 0 else {
            throw Failure(reason: "usage: ResolverTiming IMAGE ROUNDS")
        }
        var timing = try ResolverTiming(imagePath: arguments[1])
        // The first round warms up and is thrown away.
        for round in 0...roundCount {
            let start = now()
            try timing.answerAll()
            let nanoseconds = Double(now() - start) / Double(batchCount * batchesPerRound)
            if round > 0 { print(nanoseconds) }
        }
    }

    private init(imagePath: String) throws {
        snapshot = try Self.snapshot(imagePath)
        var state: UInt64 = 7_001
        let snapshot = snapshot
        let count = Self.batchCount * Self.batchesPerRound
        requests = try [UInt8](unsafeUninitializedCapacity: count * WireLimits.requestByteCount) { buffer, byteCount in
            for index in 0..<count {
                // A full period modulo 2⁶⁴, of which the upper half is random enough.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let row = snapshot.symbolRecord(id: 1 + UInt32(state >> 33) % UInt32(snapshot.symbolCount))
                guard row.status == .ok, let base = buffer.baseAddress else {
                    throw Failure(reason: "the image has ids with gaps, or inactive symbols")
                }
                let frame = UnsafeMutableRawPointer(base) + index * WireLimits.requestByteCount
                ResolveSymbolView.writeHeader(to: frame, requestId: UInt32(index) + 1)
                row.record.symbolKey.copyBytes(to: frame + WireLimits.keyBytes.lowerBound)
            }
            byteCount = count * WireLimits.requestByteCount
        }
    }

    /// In memory as of an image that was fetched, which is also how a server's own lies.
    private static func snapshot(_ path: String) throws -> Snapshot {
        guard let file = fopen(path, "r"), fseek(file, 0, SEEK_END) == 0 else { throw Failure(reason: "no \(path)") }
        defer { fclose(file) }
        guard var buffer = ImageBuffer(byteCount: ftell(file)) else { throw Failure(reason: "no memory") }
        rewind(file)
        let count = buffer.withMutableBytes { fread($0.baseAddress, 1, $0.count, file) }
        guard count == buffer.byteCount else { throw Failure(reason: "cannot read \(path)") }
        return try SnapshotImage.open(buffer).snapshot
    }

    private mutating func answerAll() throws {
        try requests.withUnsafeBytes { requests in
            let batchByteCount = Self.batchCount * WireLimits.requestByteCount
            for batch in 0..<Self.batchesPerRound {
                let start = batch * batchByteCount
                let frames = UnsafeRawBufferPointer(rebasing: requests[start..<start + batchByteCount])
                resolver.workLeft = .max
                let outcome = resolver.answer(frames, from: snapshot, requestCountMax: .max, into: &answers)
                guard outcome.requestCount == Self.batchCount else { throw Failure(reason: "a batch is cut short") }
                answers.reset()
            }
        }
        guard resolver.counters.missCount == 0 else { throw Failure(reason: "a symbol was not found") }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
