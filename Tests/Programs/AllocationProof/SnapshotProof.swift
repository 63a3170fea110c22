import ReferenceData

/// Lookups in the process: symbol and pair keys, one by one, as frame bytes, and in batches.
enum SnapshotProof {
    static func run() throws -> Finding {
        let tables = try Tables()
        let results = UnsafeMutablePointer<SymbolResolution>.allocate(capacity: Tables.keyCount)
        defer { results.deallocate() }
        var finding = Finding()
        tables.symbolKeys.withUnsafeBufferPointer { symbolKeys in
            tables.pairKeys.withUnsafeBufferPointer { pairKeys in
                func lookUp(_ finding: inout Finding) {
                    while finding.lookupCount < Proof.lookupCountMin {
                        lookUpOnce(tables.snapshot, symbolKeys, pairKeys, results, &finding)
                    }
                }
                var unobserved = Finding()
                lookUpOnce(tables.snapshot, symbolKeys, pairKeys, results, &unobserved)
                var counted = Finding()
                finding.count { lookUp(&counted) }
                finding.lookupCount = counted.lookupCount
                finding.hitCount = counted.hitCount
            }
        }
        return finding
    }

    @inline(never)
    private static func lookUpOnce(
        _ snapshot: Snapshot, _ symbolKeys: UnsafeBufferPointer<SymbolKey>, _ pairKeys: UnsafeBufferPointer<PairKey>,
        _ results: UnsafeMutablePointer<SymbolResolution>, _ finding: inout Finding
    ) {
        guard let symbolBytes = UnsafeRawPointer(symbolKeys.baseAddress),
            let pairBytes = UnsafeRawPointer(pairKeys.baseAddress)
        else { return }
        let (symbolStride, pairStride) = (MemoryLayout<SymbolKey>.stride, MemoryLayout<PairKey>.stride)
        for index in 0..<Tables.keyCount {
            note(snapshot.resolve(symbolKeys[index]), &finding)
            note(snapshot.resolve(pairKeys[index]), &finding)
            note(snapshot.resolveSymbol(frameBytes: symbolBytes + index * symbolStride), &finding)
            note(snapshot.resolvePair(frameBytes: pairBytes + index * pairStride), &finding)
            if snapshot.symbolRecord(id: UInt32(index)).status == .ok { finding.hitCount += 1 }
            finding.lookupCount += 1
        }
        snapshot.resolve(
            symbolKeys: symbolBytes, strideByteCount: symbolStride, count: Tables.keyCount, into: results)
        for index in 0..<Tables.keyCount { note(results[index], &finding) }
        snapshot.resolve(pairKeys: pairBytes, strideByteCount: pairStride, count: Tables.keyCount, into: results)
        for index in 0..<Tables.keyCount { note(results[index], &finding) }
    }

    @inline(__always)
    private static func note(_ resolution: SymbolResolution, _ finding: inout Finding) {
        finding.lookupCount += 1
        if resolution.symbolId != 0 { finding.hitCount += 1 }
    }
}
