import Platform

/// The part of the process's memory that may wait for clients.
public enum ClientMemory {
    private static let divisor = 16

    /// Of so much memory the part that is for clients; the tables may have the rest.
    public static func share(of byteCount: Int) -> Int { max(0, byteCount) / divisor }

    /// The most that the limits of the process leave for clients now; nil where it has none.
    static func byteCountMax() -> Int? {
        [ControlGroup.memoryByteCountMax(), AddressSpace.leftByteCount].compactMap { $0 }.min().map(share)
    }
}
