import Glibc

/// Small files in which Linux says how it stands with a process.
package enum SystemFile {
    /// Up to 4,095 bytes of it; nil where there is none.
    package static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 4_095, alignment: 1) { bytes in
            let count = read(file, bytes.baseAddress, bytes.count)
            return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
        }
    }
}
