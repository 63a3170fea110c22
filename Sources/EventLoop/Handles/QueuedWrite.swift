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

    static func make(copying base: UnsafeRawPointer, byteCount: Int, tag: Int) -> QueuedWrite {
        let block = UnsafeMutableRawPointer.allocate(byteCount: bytesOffset + byteCount, alignment: 16)
        block.initializeMemory(as: UInt8.self, repeating: 0, count: headerOffset)
        block.storeBytes(
            of: Header(byteCount: byteCount, tag: tag), toByteOffset: headerOffset, as: Header.self)
        memcpy(block + bytesOffset, base, byteCount)
        return QueuedWrite(request: block.assumingMemoryBound(to: uv_write_t.self))
    }

    func free() { UnsafeMutableRawPointer(request).deallocate() }
}
