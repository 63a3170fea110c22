/// The server's image file, for clients of the same host.
public struct ServerImage: Sendable, Hashable {
    /// The server's life that the image is of.
    public var epoch: UInt64
    /// The generation of the tables in it.
    public var generation: UInt64
    /// Bytes of the file.
    public var byteCount: UInt64
    /// The checksum that stands in it; nil where the server does not say.
    public var checksum: UInt64?
    /// Absolute; empty when there is no file.
    public var path: String
}
