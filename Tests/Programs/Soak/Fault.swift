/// Faults between processes, done to real ones.
///
/// To add one: a case here, with the answers of `mayLeaveUnanswered` and `endsServer`, and its making in `Chaos.make`.
/// `FaultDeck` deals it with the others, and `Chaos.inject` waits until server, engines and replicas are well again.
enum Fault: String, CaseIterable {
    /// kill -9, and started again: from its image file, under a new epoch.
    case serverKilled
    /// SIGTERM under load, and started again.
    case serverStopped
    /// kill -9 while PostgreSQL is down: started again it has nothing but its image file.
    case serverKilledWithoutDatabase
    /// SIGSTOP for a while.
    case serverFrozen
    /// The image file overwritten in place, by an older one and by no image, and cut, as `cp` and `truncate` do it.
    case imageOverwritten
    /// Twice as many connections as it gives clients, held for a while.
    case clientsExhausted
    /// RLIMIT_NOFILE lowered to what it has open: nothing can be accepted, opened or connected.
    case descriptorsExhausted
    /// Unix connections that say half a sentence and vanish, by the thousand.
    case vanishingClients
    /// TCP connections that are reset, by the thousand: at once, in half a frame, and with answers on their way.
    case resetStorm
    /// Subscribers by the hundred that ask as much as fits and read nothing, held for a while.
    case subscribersThatReadNothing
    /// kill -9 of one of the server's sessions: PostgreSQL restarts itself and recovers.
    case databaseSessionKilled
    /// kill -9 of PostgreSQL with everything it started, then started again: crash recovery.
    case databaseKilled
    /// Stopped at once, away for a while, recovered.
    case databaseStopped
    /// pg_terminate_backend on the server's sessions.
    case databaseSessionsTerminated
    /// SIGSTOP for one of the server's sessions, for a while.
    case databaseSessionFrozen
    /// Another database at the same address for a while, with the same keys under other ids.
    case databaseSwapped

    /// Whether questions may stay unanswered: never because of the database, and, as all engines have their connection,
    /// never because nobody else gets one.
    var mayLeaveUnanswered: Bool {
        switch self {
        case .serverKilled, .serverStopped, .serverKilledWithoutDatabase, .serverFrozen: true
        case .imageOverwritten, .clientsExhausted, .descriptorsExhausted, .vanishingClients, .resetStorm,
            .subscribersThatReadNothing,
            .databaseSessionKilled, .databaseKilled, .databaseStopped, .databaseSessionsTerminated,
            .databaseSessionFrozen, .databaseSwapped:
            false
        }
    }

    var endsServer: Bool {
        switch self {
        case .serverKilled, .serverStopped, .serverKilledWithoutDatabase: true
        default: false
        }
    }
}
