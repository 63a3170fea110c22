import ReferenceData

/// Bytes that claim to be an image are refused, or whatever they answer is a row of theirs: also when whoever changed
/// them made the checksum fit.
final class ImageFuzz: Sendable {
    static let shared = ImageFuzz()

    /// A whole and proper image, of the same bytes in every process: inputs say which of them to change.
    private let image: [UInt8]

    private init() {
        let snapshot = FuzzTables.snapshot().rewritten(hashSeed: 1)
        let image = SnapshotImage(snapshot, confirmedAt: Timestamp(microsecondsSince1970: 1))
        var bytes = [UInt8](repeating: 0, count: image.byteCount)
        _ = bytes.withUnsafeMutableBytes { image.copyBytes(from: 0, into: $0) }
        self.image = bytes
        // If it could not be opened, no patched one could, and nothing behind the opening would ever be reached.
        guard let buffer = Self.buffer(of: bytes.count, filledBy: { $0.copyBytes(from: bytes) }) else {
            fatalError("no memory for an image")
        }
        do { _ = try SnapshotImage.open(buffer) } catch { fatalError("the proper image is refused: \(error)") }
    }

    private static func buffer(
        of byteCount: Int, filledBy fill: (UnsafeMutableRawBufferPointer) -> Void
    ) -> ImageBuffer? {
        guard var buffer = ImageBuffer(byteCount: byteCount) else { return nil }
        buffer.withMutableBytes { bytes in
            fill(bytes)
            forgeChecksum(bytes)
        }
        return buffer
    }

    /// Makes the checksum fit whatever the bytes are, as a forger would, to get past it to what it protects.
    private static func forgeChecksum(_ bytes: UnsafeMutableRawBufferPointer) {
        guard bytes.count >= ImageLimits.byteCountMin, bytes.count % ImageChecksum.stripeByteCount == 0 else { return }
        bytes.storeBytes(of: 0, toByteOffset: ImageChecksum.byteOffset, as: UInt64.self)
        let checksum = ImageChecksum.of(UnsafeRawBufferPointer(bytes))
        bytes.storeBytes(of: checksum.littleEndian, toByteOffset: ImageChecksum.byteOffset, as: UInt64.self)
    }

    /// Patches of three bytes: where, in two of them, and what.
    private static let patchByteCount = 3

    /// The bits of the first byte.
    private enum Choice {
        /// Patches to a proper file follow instead of the bytes of a file.
        static let patches: UInt8 = 1
        /// What was opened is changed and written again, too.
        static let change: UInt8 = 2
    }

    static var seeds: [[UInt8]] {
        [[0] + shared.image, [2] + shared.image, [1], [3]]
            // A byte of each kind: each section is a cache line apart at least.
            + stride(from: 0, to: shared.image.count, by: 64).map {
                [1, UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8), 7]
            }
    }

    func run(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        let changes = first & Choice.change != 0
        guard first & Choice.patches != 0 else {
            return open(count: rest.count, changes: changes) { $0.copyBytes(from: rest) }
        }
        open(count: image.count, changes: changes) { buffer in
            buffer.copyBytes(from: image)
            for start in stride(from: 0, to: rest.count - Self.patchByteCount + 1, by: Self.patchByteCount) {
                let offset = Int(rest[start]) | Int(rest[start + 1]) << 8
                buffer[offset % buffer.count] = rest[start + 2]
            }
        }
    }

    private func open(count: Int, changes: Bool, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        guard let buffer = Self.buffer(of: count, filledBy: fill) else { return }
        guard let image = try? SnapshotImage.open(buffer) else { return }
        ImageReading(image.snapshot).readAll()
        guard changes else { return }
        let changed = FuzzTables.symbol(1, "BTC", exchangeId: 1, isActive: true)
        let next = image.snapshot.applying(
            ReferenceDelta(symbols: changed.map { [$0] } ?? [], deletedSymbolIds: [2, 3]),
            generation: image.generation &+ 1, databaseSnapshot: "")
        ImageReading(next.snapshot).readAll()
        ImageReading(SnapshotImage(next.snapshot, confirmedAt: image.confirmedAt).snapshot).readAll()
    }
}
