import CUV
import Glibc

/// One block of memory: libuv's request, what to report, and the bytes themselves.
struct QueuedWrite {
    struct Header {
        let byteCount: Int
        let tag: Int
    }

    let request: UnsafeMutablePointer<uv_write_t>

    private static let headerOffset = (MemoryLayout<uv_write_t>.size + 15) & ~15
    private static let bytesOffset = headerOffset + MemoryLayout<Header>.size

    var header: Header { UnsafeRawPointer(request).load(fromByteOffset: QueuedWrite.headerOffset, as: Header.self) }
    var bytes: UnsafeMutableRawPointer { UnsafeMutableRawPointer(request) + QueuedWrite.bytesOffset }

    /// Nil where there is no memory: Swift's own allocation would end the process, and a peer decides the size.
    static func make(copying base: UnsafeRawPointer, byteCount: Int, tag: Int) -> QueuedWrite? {
        guard let block = malloc(bytesOffset + byteCount) else { return nil }
        block.initializeMemory(as: UInt8.self, repeating: 0, count: headerOffset)
        block.storeBytes(
            of: Header(byteCount: byteCount, tag: tag), toByteOffset: headerOffset, as: Header.self)
        memcpy(block + bytesOffset, base, byteCount)
        return QueuedWrite(request: block.assumingMemoryBound(to: uv_write_t.self))
    }

    func free() { Glibc.free(request) }
}
