import Synchronization

/// Lets exactly one caller stop the server.
final class StopState: Sendable {
    private let flag = Atomic<Bool>(false)

    var hasBegun: Bool { flag.load(ordering: .acquiring) }

    /// True for the first caller only.
    func begin() -> Bool { !flag.exchange(true, ordering: .acquiringAndReleasing) }
}
