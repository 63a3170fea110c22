import LookupServer
import ReferenceData
import SymbologyWire

/// Request bytes to response bytes, as a connection of the server has them done: one frame at a time and 1,024 at a
/// time, by symbol, by pair, by unified name and by code, found and not found, in turn and mixed.
enum ResolverProof {
    static func run() throws -> Finding {
        let tables = try Tables()
        let limits = ServerLimits()
        var bench = Bench(
            resolver: Resolver(limits: limits), answers: AnswerBuffer(capacity: Tables.keyCount * 256),
            snapshot: tables.snapshot)
        defer { bench.answers.deallocate() }
        let batches = frames(tables)
        for batch in batches { try bench.answerOnce(batch) }

        var finding = Finding()
        let before = bench.resolver.counters
        try finding.count {
            while bench.resolver.counters.lookupCount - before.lookupCount < Proof.lookupCountMin {
                for index in 0..<batches.count { try bench.answerOnce(batches[index]) }
            }
        }
        let counters = bench.resolver.counters
        finding.lookupCount = Int(counters.lookupCount - before.lookupCount)
        finding.hitCount = Int(counters.lookupCount - counters.missCount - before.lookupCount + before.missCount)
        return finding
    }

    struct Unexpected: Error { let requestCount: Int }

    private struct Bench {
        var resolver: Resolver
        var answers: AnswerBuffer
        let snapshot: Snapshot

        /// All frames at once, then each alone.
        mutating func answerOnce(_ batch: [UInt8]) throws {
            try batch.withUnsafeBytes { frames in
                try answer(frames, requestCount: Tables.keyCount)
                let byteCount = frames.count / Tables.keyCount
                for index in 0..<Tables.keyCount {
                    let start = index * byteCount
                    let frame = UnsafeRawBufferPointer(rebasing: frames[start..<start + byteCount])
                    try answer(frame, requestCount: 1)
                }
            }
        }

        private mutating func answer(_ frames: UnsafeRawBufferPointer, requestCount: Int) throws {
            resolver.workLeft = .max
            let outcome = resolver.answer(frames, from: snapshot, requestCountMax: .max, into: &answers)
            guard outcome.requestCount == requestCount, case .needMore = outcome.stop,
                answers.byteCount == requestCount * WireLayout.SymbolResolution.frameByteCount
            else { throw Unexpected(requestCount: outcome.requestCount) }
            answers.reset()
        }
    }

    /// Batches of 1,024 requests: symbols, pairs, both by turns, unified names, codes.
    private static func frames(_ tables: Tables) -> [[UInt8]] {
        let byCode = tables.symbolKeys.flatMap { key in
            [UInt8](unsafeUninitializedCapacity: WireLayout.ResolveByCode.frameByteCount) { buffer, count in
                guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
                let code = tables.snapshot.exchange(id: key.exchangeId)?.enumValue ?? "NONE"
                ResolveByCodeView.write(
                    to: base, requestId: 1, code: code.utf8, symbolText: Array(key.symbol.description.utf8))
                count = WireLayout.ResolveByCode.frameByteCount
            }
        }
        return (0..<4).map { kind in
            [UInt8](unsafeUninitializedCapacity: Tables.keyCount * WireLimits.requestByteCount) { buffer, count in
                guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
                for index in 0..<Tables.keyCount {
                    let frame = base + index * WireLimits.requestByteCount
                    let key = frame + WireLimits.keyBytes.lowerBound
                    if kind == 3 {
                        let (exchangeId, name) = tables.names[index]
                        ResolveUnifiedView.write(
                            to: frame, requestId: UInt32(index) + 1, exchangeId: exchangeId, unifiedName: name.utf8)
                    } else if kind == 0 || kind == 2 && index % 4 < 2 {
                        ResolveSymbolView.writeHeader(to: frame, requestId: UInt32(index) + 1)
                        tables.symbolKeys[index].copyBytes(to: key)
                    } else {
                        ResolvePairView.writeHeader(to: frame, requestId: UInt32(index) + 1)
                        tables.pairKeys[index].copyBytes(to: key)
                    }
                }
                count = Tables.keyCount * WireLimits.requestByteCount
            }
        } + [byCode]
    }
}
