import Glibc

extension SnapshotImage {
    /// Maps a file and verifies it: magic, version, size, checksum, and every offset and index in it. Bytes that are no
    /// image, or a damaged or forged one, are an error and never a trap.
    ///
    /// The file may be superseded or unlinked while it is mapped; it must not be written to, which nobody does who
    /// follows `written(to:)`. O(bytes). Any thread.
    public static func open(path: String) throws(ImageFileError) -> SnapshotImage {
        let block = try mapping(path: path)
        return try open(block, byteCount: block.byteCount, path: path)
    }

    /// The same for bytes that came over a connection; the snapshot reads them where they are.
    public static func open(_ buffer: consuming ImageBuffer) throws(ImageFileError) -> SnapshotImage {
        try open(buffer.block, byteCount: buffer.byteCount, path: nil)
    }

    private static func open(
        _ block: MemoryBlock, byteCount: Int, path: String?
    ) throws(ImageFileError) -> SnapshotImage {
        let content = try ImageReader(block, byteCount: byteCount).content()
        let whole = UnsafeRawBufferPointer(start: block.start, count: byteCount)
        return SnapshotImage(
            content.snapshot, confirmedAt: content.confirmedAt, checksum: content.checksum,
            bytes: ImageBytes([whole], owners: [block]), path: path)
    }

    /// Maps a regular file, read-only.
    static func mapping(path: String) throws(ImageFileError) -> MemoryBlock {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else { throw .system(call: "open", errorNumber: errno) }
        defer { close(file) }
        return try mapping(file: file)
    }

    /// Maps an open regular file, read-only.
    static func mapping(file: Int32) throws(ImageFileError) -> MemoryBlock {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(call: "fstat", errorNumber: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .foreign }
        let byteCount = Int(status.st_size)
        guard byteCount >= ImageLimits.byteCountMin else {
            throw .truncated(byteCount: byteCount, expectedByteCount: ImageLimits.byteCountMin)
        }
        guard byteCount <= ImageLimits.byteCountMax else { throw .tooLarge(byteCount: byteCount) }
        let memory = mmap(nil, byteCount, PROT_READ, MAP_SHARED, file, 0)
        guard let memory, memory != MAP_FAILED else {
            if errno == ENOMEM { throw .outOfMemory(byteCount: byteCount) }
            throw .system(call: "mmap", errorNumber: errno)
        }
        return MemoryBlock(mapping: memory, byteCount: byteCount)
    }
}
