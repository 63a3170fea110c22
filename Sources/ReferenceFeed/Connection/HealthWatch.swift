import ReferenceData

/// Turns samples into what `status` shows and into a bounded number of log lines. Pure: no clock.
struct HealthWatch {
    /// Each of these shares of the queue is reported when it is reached, in percent.
    static let queueAlarmPercents = [DatabaseHealth.queueAlarmPercent, 50, 75, 90]

    private var reportedPercent = 0
    private var writer: (transaction: String, sinceNanoseconds: UInt64, isReported: Bool)?

    /// Takes a sample, notes it in the state and returns what there is to log.
    mutating func take(_ sample: HealthSample, now: UInt64, _ state: inout SourceState) -> [FeedEvent] {
        var events: [FeedEvent] = []
        // NaN is no alarm: every comparison with it is false.
        let usage = sample.queueUsage > 0 ? min(sample.queueUsage, 1) : 0
        let percent = Int((usage * 100).rounded(.down))
        let reached = Self.queueAlarmPercents.last { percent >= $0 } ?? 0
        if reached != reportedPercent {
            // A fall is reported only when it ends below the first of the alarms.
            if reached > reportedPercent || reached == 0 { events.append(.queueUsage(percent: percent)) }
            reportedPercent = reached
        }
        let oldest = takeWriter(sample, now: now, &events)
        state.health = DatabaseHealth(
            notificationQueuePercent: UInt8(percent), oldestWriter: oldest, sampledNanoseconds: now)
        return events
    }

    private mutating func takeWriter(
        _ sample: HealthSample, now: UInt64, _ events: inout [FeedEvent]
    ) -> DatabaseHealth.Writer? {
        guard let transaction = sample.writerTransaction else {
            writer = nil
            return nil
        }
        var current = writer ?? (transaction, now, false)
        if current.transaction != transaction { current = (transaction, now, false) }
        // Where the role may not see when the transaction began, its age counts from the first sample that showed it.
        let age = sample.writerAgeMilliseconds ?? (now &- current.sinceNanoseconds) / 1_000_000
        let oldest = DatabaseHealth.Writer(processId: sample.writerProcessId, ageMilliseconds: age)
        if age >= DatabaseHealth.writerAlarmMilliseconds, !current.isReported {
            current.isReported = true
            events.append(.writerLasts(oldest))
        }
        writer = current
        return oldest
    }
}
