import Glibc

/// Why an image cannot be opened or written.
public enum ImageFileError: Error, Sendable, Hashable {
    /// A call to the system failed, as `open` or `rename`, with its `errno`.
    case system(call: String, errorNumber: Int32)
    /// There is no memory for it.
    case outOfMemory(byteCount: Int)
    /// More bytes than `ImageLimits.byteCountMax`.
    case tooLarge(byteCount: Int)
    /// Not a regular file, or bytes that do not begin as an image does.
    case foreign
    /// An image of another format.
    case version(UInt32)
    /// Fewer bytes than the header says, or than a header has.
    case truncated(byteCount: Int, expectedByteCount: Int)
    /// More bytes than the header says.
    case overlong(byteCount: Int, expectedByteCount: Int)
    /// The bytes are not those that were written.
    case checksum
    /// The checksum is right and the content is not: what is wrong, for people.
    case damaged(String)
}

extension ImageFileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let call, let errorNumber): "\(call): \(systemErrorText(errorNumber))"
        case .outOfMemory(let byteCount): "out of memory: an image of \(byteCount) bytes"
        case .tooLarge(let byteCount): "an image of \(byteCount) bytes, more than \(ImageLimits.byteCountMax)"
        case .foreign: "not an image"
        case .version(let version): "format version \(version), not \(ImageHeader.currentVersion)"
        case .truncated(let byteCount, let expected): "truncated: \(byteCount) of \(expected) bytes"
        case .overlong(let byteCount, let expected): "too long: \(byteCount) instead of \(expected) bytes"
        case .checksum: "wrong checksum"
        case .damaged(let what): "damaged: \(what)"
        }
    }
}

private func systemErrorText(_ errorNumber: Int32) -> String {
    guard let text = strerror(errorNumber) else { return "error \(errorNumber)" }
    return String(cString: text)
}
