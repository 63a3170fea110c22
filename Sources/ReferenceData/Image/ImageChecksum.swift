import Platform

/// The checksum of an image: 64 bits, fast rather than secret. It tells damage, not forgery.
///
/// The bytes are cut into chunks, each summed by itself, so that several threads may share the work and each byte is
/// summed and verified while it is in a near cache. A chunk is read in stripes of 64 bytes, as eight little-endian
/// words, one to a lane. A lane adds its neighbour's word, so that no bit is lost, and the product of the halves of its
/// own word, masked with a number that differs from stripe to stripe, so that stripes cannot change places unnoticed
/// (the accumulation of XXH3). Sums of chunks are folded in order by wide multiplication, the number of bytes last.
package struct ImageChecksum {
    /// Where it stands in an image; when it is made, these eight bytes are zero.
    package static let byteOffset = ImageHeader.checksum.offset
    /// An image is a whole number of stripes.
    package static let stripeByteCount = 64
    /// A multiple of the stripe; what is summed lies in the second-level cache when it is verified.
    static let chunkByteCount = 128 << 10

    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Adds the sum of the next chunk.
    mutating func add(_ chunkSum: UInt64) {
        // Addition keeps an unlucky product of zero from wiping out what came before.
        state = foldedProduct(state ^ chunkSum, 0xA076_1D64_78BD_642F) &+ (state &<< 7 | state &>> 57)
    }

    func finished(byteCount: Int) -> UInt64 {
        foldedProduct(state ^ UInt64(truncatingIfNeeded: byteCount), 0xE703_7ED1_A0B4_28DB) ^ state
    }

    /// The checksum of bytes in one piece.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 { of(ImageBytes([bytes], owners: [])) }

    /// The checksum of an image whose header carries none. O(bytes), on two threads if they are many.
    static func of(_ bytes: ImageBytes) -> UInt64 { of(bytes) { _ in } }

    /// The same; also calls `body` with each chunk's range while its bytes are near, in no order and from two threads.
    static func of(_ bytes: ImageBytes, _ body: (Range<Int>) -> Void) -> UInt64 {
        let chunkCount = (bytes.byteCount + chunkByteCount - 1) / chunkByteCount
        let sums = [UInt64](unsafeUninitializedCapacity: chunkCount) { sums, count in
            let start = sums.baseAddress!
            func sumUp(_ chunks: Range<Int>) {
                for chunk in chunks {
                    let offset = chunk * chunkByteCount
                    let range = offset..<min(offset + chunkByteCount, bytes.byteCount)
                    (start + chunk).initialize(to: chunkSum(bytes, range))
                    body(range)
                }
            }
            if bytes.byteCount < sharedByteCountMin {
                sumUp(0..<chunkCount)
            } else {
                SystemThread.concurrently({ sumUp(0..<chunkCount / 2) }, { sumUp(chunkCount / 2..<chunkCount) })
            }
            count = chunkCount
        }
        var checksum = ImageChecksum()
        for sum in sums { checksum.add(sum) }
        return checksum.finished(byteCount: bytes.byteCount)
    }

    /// From this size on two threads share the work.
    static let sharedByteCountMin = 16 << 20

    /// The sum of one chunk.
    static func chunkSum(_ bytes: ImageBytes, _ range: Range<Int>) -> UInt64 {
        var lanes = ChunkLanes()
        bytes.forEachPiece(in: range) { lanes.add($0.baseAddress!, byteCount: $0.count) }
        return lanes.folded
    }
}

/// The eight lanes of one chunk.
private struct ChunkLanes {
    private var sums = SIMD8<UInt64>(
        0x0000_0000_C2B2_AE3D, 0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9,
        0x85EB_CA77_C2B2_AE63, 0x0000_0000_85EB_CA77, 0x27D4_EB2F_1656_67C5, 0x0000_0000_9E37_79B1)
    private var mask = SIMD8<UInt64>(
        0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3,
        0x1D8E_4E27_C47D_124F, 0xEB44_ACCA_B455_D165, 0x9C6E_6877_736C_46E3, 0x4B33_A62E_D433_D4A3)

    /// Adds a whole number of stripes.
    mutating func add(_ start: UnsafeRawPointer, byteCount: Int) {
        // Constants of the function, so that the compiler sees that halves are multiplied: one instruction for two.
        let low = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
        let maskStep = SIMD8<UInt64>(repeating: 0x9E37_79B9_7F4A_7C15)
        var offset = 0
        while offset < byteCount {
            let words = (start + offset).loadUnaligned(as: SIMD8<UInt64>.self)
            let masked = words ^ mask
            mask = mask &+ maskStep
            let neighbours = SIMD8(
                words[1], words[0], words[3], words[2], words[5], words[4], words[7], words[6])
            sums = sums &+ neighbours &+ (masked & low) &* (masked &>> 32)
            offset &+= ImageChecksum.stripeByteCount
        }
    }

    var folded: UInt64 {
        var sum: UInt64 = 0
        for lane in 0..<8 { sum = foldedProduct(sum ^ sums[lane], 0x8EBC_6AF0_9C88_C6E3) &+ sums[lane] }
        return sum
    }
}
