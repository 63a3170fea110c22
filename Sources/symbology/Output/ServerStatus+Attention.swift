import ReferenceData
import SymbologyClient

extension ServerStatus {
    /// What needs somebody to look: what it is, what it means, what to do. One sentence each, the gravest first.
    var attention: [String] {
        [
            databaseAttention, sourceAttention, heldBackAttention, overdueAttention, imageAttention, replacedAttention,
            queueAttention, refusedAttention, driftAttention, writerAttention, metricsAttention,
        ].compactMap { $0 }
    }

    private var databaseAttention: String? {
        switch (isLoaded, isDatabaseConnected) {
        case (true, true): isFromFile ? "served from the image file until the tables are read" : nil
        case (true, false) where !asOf.isAbsent: nil
        // `sourceAttention` says more.
        case (true, false) where isSourceFaultTelling && !isFromFile: nil
        case (false, false) where isSourceFaultTelling: nil
        case (true, false) where isFromFile:
            "no database confirmed what is served: none can be reached, the image file was right "
                + (ageMilliseconds.map { "\(Self.seconds($0)) ago" } ?? "at a time nobody knows")
                + ", and the server goes on trying: its log says which"
        case (true, false):
            "the database cannot be reached; what is served was right "
                + (ageMilliseconds.map { "\(Self.seconds($0)) ago" } ?? "at a time nobody knows")
                + ", and the server goes on trying: its log says why"
        case (false, true): "the tables are not read yet: its log says how it goes"
        case (false, false):
            "the database cannot be reached and nothing was read yet; the server goes on trying: its log says why"
        }
    }

    private var heldBackAttention: String? {
        guard let heldBack else { return nil }
        if let needed = heldBack.neededMegabyteCount {
            return "for \(Self.seconds(heldBack.milliseconds)) no change is served, because the tables would take "
                + "\(needed) MB of memory while they are loaded, more than the server may take; give it more "
                + "(--memory-max, the limit of its service, ulimit -v), or put rows away"
        }
        let exchanges =
            heldBack.vanishingExchangeCount == 0
            ? "" : " and \(Self.count(heldBack.vanishingExchangeCount, "exchange"))"
        let vanishing =
            "\(Self.count(heldBack.vanishingSymbolCount, "symbol")) of \(symbolCount)\(exchanges) would vanish"
        let changing = "\(Self.count(heldBack.changingIdCount, "id")) would change"
        let (what, next) =
            heldBack.changingIdCount == 0
            ? (vanishing, "put the rows back")
            : (
                heldBack.vanishingSymbolCount == 0 ? changing : "\(changing) and \(vanishing)",
                "see whether the database is the right one, and was not restored to an earlier moment"
            )
        return "for \(Self.seconds(heldBack.milliseconds)) no change is served, because \(what); \(next); if that is "
            + "meant, \"kill -HUP \(processId)\", or a restart with --allow-shrink, serves it"
    }

    private var replacedAttention: String? {
        guard isDatabaseReplaced else { return nil }
        return "the tables come from another database than before, and no id has changed; see whether it is the right "
            + "one: \"kill -HUP \(processId)\" says that it is"
    }

    private var queueAttention: String? {
        guard let database, database.notificationQueuePercent >= DatabaseHealth.queueAlarmPercent else { return nil }
        return "the queue of notifications is \(database.notificationQueuePercent) % full, at 100 % writers fail; "
            + "look for a session that LISTENs inside a long transaction"
    }

    private var refusedAttention: String? {
        guard refusedCount > 0 else { return nil }
        let isOne = refusedCount == 1
        return "\(Self.count(refusedCount, "row")) cannot be served as \(isOne ? "it stands" : "they stand"); "
            + "\"symbology refused\" names \(isOne ? "it" : "them")"
    }

    private var driftAttention: String? {
        guard driftCount > 0 else { return nil }
        return "\(Self.count(driftCount, "row")) changed without being noticed and \(driftCount == 1 ? "was" : "were") "
            + "repaired since the server started; look for who disables the triggers"
    }

    private var writerAttention: String? {
        guard let oldest = database?.oldestWriter, oldest.milliseconds >= DatabaseHealth.writerAlarmMilliseconds else {
            return nil
        }
        let who = oldest.processId.map { "process \($0) has been writing in one transaction" }
        return (who ?? "a prepared transaction has been open") + " for \(Self.seconds(oldest.milliseconds)): "
            + "its own changes are served when it commits, nobody else's wait, and until then nothing that was deleted "
            + "since is cleaned up"
    }

    private var metricsAttention: String? {
        guard isMetricsUnwritten else { return nil }
        return "metrics are not recorded (--record-metrics); the server's log says why"
    }

    private static func count(_ count: some BinaryInteger, _ what: String) -> String {
        count == 1 ? "1 \(what)" : "\(count) \(what)s"
    }

    private static func seconds(_ milliseconds: UInt64) -> String { "\(milliseconds / 1_000) s" }
}
