/// When and where images of the snapshot are made.
public struct ImageSettings: Sendable, Hashable {
    /// The file to keep, beside which images are shared with the engines of this host; nil makes images in memory only.
    public var path: String?
    /// Two rewritings are at least this far apart, and at least `spacingFactor` times what the last one took.
    public var spacingMillisecondsMin: UInt32 = 250
    public var spacingFactor: UInt32 = 10
    /// Without a file a change waits this long for its image, unless the overlay is half full.
    public var ageMilliseconds: UInt32 = 5_000
    /// The file of an unchanged snapshot is written anew when its confirmation is older than this.
    public var confirmationMilliseconds: UInt32 = 900_000
    /// After a failed write the next comes after the minimum, then twice that, and so on.
    public var retryMillisecondsMin: UInt32 = 1_000
    public var retryMillisecondsMax: UInt32 = 30_000

    public init(path: String? = nil) { self.path = path }
}

/// Decides when the next image is made: one at a time, spaced, after a failure with growing distance. Pure: no clock.
struct ImageSchedule {
    /// How soon an image is wanted.
    enum Want: Int, Comparable {
        case no, later, soon
        static func < (left: Want, right: Want) -> Bool { left.rawValue < right.rawValue }
    }

    let settings: ImageSettings
    private(set) var isUnderWay = false
    private var want = Want.no
    private var wantedSinceNanoseconds: UInt64 = 0
    private var earliestNanoseconds: UInt64 = 0
    private var failureCount: UInt32 = 0

    init(settings: ImageSettings) { self.settings = settings }

    /// The next thing to do.
    enum Step: Equatable {
        case nothing
        case start
        case wait(milliseconds: UInt32)
    }

    /// Says how soon an image of the current snapshot is wanted; the sooner of two wishes counts.
    mutating func wants(_ new: Want, now: UInt64) -> Step {
        if want == .no { wantedSinceNanoseconds = now }
        want = max(want, new)
        return step(now: now)
    }

    /// The timer of a `wait` fired, or anything else may have changed.
    mutating func step(now: UInt64) -> Step {
        guard !isUnderWay, want > .no else { return .nothing }
        var due = earliestNanoseconds
        if want < .soon { due = max(due, wantedSinceNanoseconds &+ Self.nanoseconds(settings.ageMilliseconds)) }
        guard now >= due else {
            return .wait(milliseconds: UInt32(clamping: (due - now + 999_999) / 1_000_000))
        }
        isUnderWay = true
        want = .no
        return .start
    }

    /// The image under way is made, or could not be written.
    mutating func finished(hasFailed: Bool, tookNanoseconds: UInt64, now: UInt64) {
        isUnderWay = false
        failureCount = hasFailed ? min(failureCount + 1, 16) : 0
        let spacing = max(
            Self.nanoseconds(settings.spacingMillisecondsMin), tookNanoseconds &* UInt64(settings.spacingFactor))
        let retry = min(
            Self.nanoseconds(settings.retryMillisecondsMax),
            Self.nanoseconds(settings.retryMillisecondsMin) << UInt64(max(1, failureCount) - 1))
        earliestNanoseconds = now &+ (hasFailed ? max(spacing, retry) : spacing)
    }

    private static func nanoseconds(_ milliseconds: UInt32) -> UInt64 { UInt64(milliseconds) * 1_000_000 }
}
