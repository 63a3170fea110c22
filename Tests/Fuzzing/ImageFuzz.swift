import ReferenceData

/// Bytes that claim to be an image are refused, or every lookup in them ends well: also when whoever changed them made
/// the checksum fit.
final class ImageFuzz: Sendable {
    static let shared = ImageFuzz()

    /// A whole and proper image.
    private let image: [UInt8]
    private let symbolKeys: [SymbolKey]
    private let pairKeys: [PairKey]

    private init() {
        let image = SnapshotImage(FuzzTables.snapshot(), confirmedAt: Timestamp(microsecondsSince1970: 1))
        var bytes = [UInt8](repeating: 0, count: image.byteCount)
        _ = bytes.withUnsafeMutableBytes { image.copyBytes(from: 0, into: $0) }
        self.image = bytes
        let names = ["BTC", "ETH", "币安", "NEW", "GONE"]
        symbolKeys = names.flatMap { name in
            (0...4).compactMap { SymbolKey(exchangeId: $0, symbol: "\(name)_USDT") }
        }
        pairKeys = names.flatMap { name in (0...4).compactMap { PairKey(exchangeId: $0, base: name, quote: "USDT") } }
    }

    /// Patches of four bytes: where, in three of them, and what.
    private static let patchByteCount = 4

    static var seeds: [[UInt8]] {
        [[0] + shared.image, [0], [1], [1, 16, 0, 0, 7], [1, 0, 2, 0, 255, 0, 3, 0, 1]]
    }

    /// After an even first byte come the bytes of a file, after an odd one patches to a proper file.
    func run(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        if first % 2 == 0 {
            open(count: rest.count) { $0.copyBytes(from: rest) }
        } else {
            open(count: image.count) { buffer in
                buffer.copyBytes(from: image)
                for start in stride(from: 0, to: rest.count - Self.patchByteCount + 1, by: Self.patchByteCount) {
                    let offset = Int(rest[start]) | Int(rest[start + 1]) << 8 | Int(rest[start + 2]) << 16
                    buffer[offset % buffer.count] = rest[start + 3]
                }
            }
        }
    }

    private func open(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        guard var buffer = ImageBuffer(byteCount: count) else { return }
        buffer.withMutableBytes { fill($0) }
        buffer.forgeChecksum()
        guard let image = try? SnapshotImage.open(buffer) else { return }
        lookUpAll(image.snapshot)
        // What was opened can be written, opened and changed again.
        let changed = FuzzTables.symbol(1, "BTC", exchangeId: 1, isActive: true)
        let next = image.snapshot.applying(
            ReferenceDelta(symbols: changed.map { [$0] } ?? [], deletedSymbolIds: [2, 3]),
            generation: image.generation &+ 1, databaseSnapshot: "")
        lookUpAll(next.snapshot)
        lookUpAll(SnapshotImage(next.snapshot, confirmedAt: image.confirmedAt).snapshot)
    }

    private func lookUpAll(_ snapshot: Snapshot) {
        for key in symbolKeys { check(snapshot.resolve(key), snapshot) }
        for key in pairKeys { check(snapshot.resolve(key), snapshot) }
        for id in 0..<40 { _ = snapshot.symbolRecord(id: UInt32(id)) }
        for exchange in snapshot.exchanges(marketType: nil, activeOnly: false) {
            require(snapshot.exchange(id: exchange.id) == exchange, "exchange \(exchange.id) is not found by its id")
        }
        _ = snapshot.symbols(exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: 100) { _, _ in }
        _ = snapshot.symbols(exchangeId: 1, activeOnly: true, afterSymbolId: 0, limit: 100) { _, _ in }
        _ = snapshot.refused
    }

    private func check(_ resolution: SymbolResolution, _ snapshot: Snapshot) {
        guard resolution.status == .ok else { return }
        require(resolution.symbolId != 0, "a symbol without id is found")
    }
}
