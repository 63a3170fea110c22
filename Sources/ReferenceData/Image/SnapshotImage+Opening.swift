import Glibc
import Platform

extension SnapshotImage {
    /// Reads a file and verifies it: magic, version, size, checksum, and every offset and index in it. Bytes that are
    /// no image, or a damaged or forged one, are an error and never a trap.
    ///
    /// The snapshot reads a copy: whatever becomes of the file, it stays what was verified. O(bytes). Any thread.
    public static func open(path: String) throws(ImageFileError) -> SnapshotImage {
        let file = try opened(path)
        defer { close(file) }
        return try open(try copy(file: file))
    }

    /// The same for a file that was made by `shared(beside:)`, and its mapping: nothing is copied. The file may be
    /// unlinked while it is mapped; it must not be written to.
    public static func map(path: String) throws(ImageFileError) -> SnapshotImage {
        let file = try opened(path)
        defer { close(file) }
        return try open(try mapping(file: file))
    }

    /// The same for bytes that came over a connection; the snapshot reads them where they are.
    public static func open(_ buffer: consuming ImageBuffer) throws(ImageFileError) -> SnapshotImage {
        try open(buffer.block, byteCount: buffer.byteCount)
    }

    private static func open(_ block: MemoryBlock, byteCount: Int? = nil) throws(ImageFileError) -> SnapshotImage {
        let byteCount = byteCount ?? block.byteCount
        let content = try ImageReader(block, byteCount: byteCount).content()
        let whole = UnsafeRawBufferPointer(start: block.start, count: byteCount)
        return SnapshotImage(
            content.snapshot, confirmedAt: content.confirmedAt, checksum: content.checksum,
            bytes: ImageBytes([whole], owners: [block]))
    }

    private static func opened(_ path: String) throws(ImageFileError) -> Int32 {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else { throw .system(call: "open", errorNumber: errno) }
        return file
    }

    /// Maps an open regular file, read-only.
    static func mapping(file: Int32) throws(ImageFileError) -> MemoryBlock {
        let byteCount = try imageByteCount(file)
        let memory = mmap(nil, byteCount, PROT_READ, MAP_SHARED, file, 0)
        guard let memory, memory != MAP_FAILED else {
            if errno == ENOMEM { throw .outOfMemory(byteCount: byteCount) }
            throw .system(call: "mmap", errorNumber: errno)
        }
        return MemoryBlock(mapping: memory, byteCount: byteCount)
    }

    /// The bytes of an open regular file in memory of their own; of a large one two threads read a half each.
    private static func copy(file: Int32) throws(ImageFileError) -> MemoryBlock {
        let byteCount = try imageByteCount(file)
        guard let block = MemoryBlock(zeroedByteCount: byteCount) else { throw .outOfMemory(byteCount: byteCount) }
        let middle = byteCount < ImageChecksum.sharedByteCountMin ? byteCount : byteCount / 2
        var failures: (first: ImageFileError?, second: ImageFileError?)
        if middle == byteCount {
            failures.first = read(file, 0..<byteCount, into: block)
        } else {
            SystemThread.concurrently(
                { failures.first = read(file, 0..<middle, into: block) },
                { failures.second = read(file, middle..<byteCount, into: block) })
        }
        if let failure = failures.first ?? failures.second { throw failure }
        return block
    }

    private static func read(_ file: Int32, _ range: Range<Int>, into block: MemoryBlock) -> ImageFileError? {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = pread(file, block.start + offset, range.upperBound - offset, off_t(offset))
            if count < 0, errno == EINTR { continue }
            if count < 0 { return .system(call: "read", errorNumber: errno) }
            // Cut while it is read.
            if count == 0 { return .truncated(byteCount: offset, expectedByteCount: block.byteCount) }
            offset += count
        }
        return nil
    }

    /// The size of a regular file that may be an image.
    private static func imageByteCount(_ file: Int32) throws(ImageFileError) -> Int {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(call: "fstat", errorNumber: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .foreign }
        let byteCount = Int(status.st_size)
        guard byteCount >= ImageLimits.byteCountMin else {
            throw .truncated(byteCount: byteCount, expectedByteCount: ImageLimits.byteCountMin)
        }
        guard byteCount <= ImageLimits.byteCountMax else { throw .tooLarge(byteCount: byteCount) }
        return byteCount
    }
}
