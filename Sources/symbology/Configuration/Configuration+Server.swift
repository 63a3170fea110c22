import LookupServer
import Platform
import ReferenceFeed

extension Configuration {
    /// - Throws: for a value out of its range, and for values that contradict each other.
    func serverLimits() throws(CommandFailure) -> ServerLimits {
        var limits = ServerLimits()
        for limit in Setting.limits { try limit.set(&limits, from: self) }
        if let contradiction = limits.contradiction {
            throw CommandFailure(.configuration, contradiction.what, next: contradiction.next)
        }
        return limits
    }

    func refreshSettings() throws(CommandFailure) -> RefreshSettings {
        var settings = RefreshSettings()
        for interval in Setting.intervals { try interval.set(&settings, from: self) }
        return settings
    }

    func shrinkLimit() throws(CommandFailure) -> ShrinkLimit {
        guard let text = value(.shrinkMax) else { return ShrinkLimit() }
        guard let percent = Int(text), (0...100).contains(percent) else {
            throw invalid(.shrinkMax, expected: "a number from 0 to 100")
        }
        return ShrinkLimit(percentMax: percent, strangePercentMax: percent)
    }

    func memoryLimit() throws(CommandFailure) -> MemoryLimit {
        guard let text = value(.memoryMax) else {
            return MemoryLimit(byteCountMax: ControlGroup.memoryByteCountMax().map { $0 - ClientMemory.share(of: $0) })
        }
        let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
        let shift = text.last.flatMap { shifts[$0] }
        guard let number = Int(shift == nil ? text : String(text.dropLast())), number > 0,
            number <= Int.max >> (shift ?? 0)
        else { throw invalid(.memoryMax, expected: "a number of bytes, or one with K, M, G or T behind it") }
        return MemoryLimit(byteCountMax: number << (shift ?? 0))
    }

    /// Nil where everybody may connect whom the socket's permissions let in.
    func allowedUserIds() throws(CommandFailure) -> Set<UInt32>? {
        guard let text = value(.allowUid), !text.isEmpty else { return nil }
        var userIds = Set<UInt32>()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let userId = UInt32(part) else {
                throw invalid(.allowUid, expected: "user ids as numbers, separated by commas")
            }
            userIds.insert(userId)
        }
        return userIds
    }
}
