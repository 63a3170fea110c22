/// Something that goes wrong again and again, until it is mended.
public struct LastingFault<Kind: Sendable & Hashable & BitwiseCopyable>: Sendable, Hashable, BitwiseCopyable {
    /// How it went wrong last.
    public var kind: Kind
    /// When it first did, in nanoseconds of CLOCK_MONOTONIC.
    public var sinceNanoseconds: UInt64

    public init(_ kind: Kind, sinceNanoseconds: UInt64) {
        self.kind = kind
        self.sinceNanoseconds = sinceNanoseconds
    }
}
