import Glibc

/// A socket that several threads work with.
///
/// It stays open as long as anybody holds it. So who shuts it down from another thread hits this one, and never one
/// that the process was given under the same number since, in another test perhaps.
public final class SharedSocket: Sendable {
    public let descriptor: Int32

    /// Takes over a descriptor.
    public init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Ends both directions, and wakes whoever waits in `accept` or `recv`. May be repeated.
    public func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
