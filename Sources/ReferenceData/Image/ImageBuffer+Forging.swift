extension ImageBuffer {
    /// Makes the checksum fit whatever the bytes are, as a forger would: for fuzzers and tests, which must get past it
    /// to what it protects. Nothing happens to bytes that are too few for a header. O(bytes).
    package mutating func forgeChecksum() {
        guard byteCount >= ImageLayout.headerByteCount, byteCount % ImageChecksum.stripeByteCount == 0 else { return }
        let whole = UnsafeRawBufferPointer(start: block.start, count: byteCount)
        block.start.storeBytes(of: 0, toByteOffset: ImageLayout.checksumOffset, as: UInt64.self)
        let checksum = ImageChecksum.of(ImageBytes([whole], owners: [block]))
        block.start.storeBytes(of: checksum.littleEndian, toByteOffset: ImageLayout.checksumOffset, as: UInt64.self)
    }
}
