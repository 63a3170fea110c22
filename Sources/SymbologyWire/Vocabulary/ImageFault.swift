// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Why the image file is not written: `imageFault` of `ServerStatus`.
@frozen public enum ImageFault: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Its folder is gone, or takes no new files from the server.
    case forbidden = 1
    /// Its disk is full.
    case diskFull = 2
    /// There is no memory to make it.
    case outOfMemory = 3
    /// Writing it fails for another reason.
    case failing = 4

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .forbidden: "forbidden"
        case .diskFull: "disk_full"
        case .outOfMemory: "out_of_memory"
        case .failing: "failing"
        }
    }
}
