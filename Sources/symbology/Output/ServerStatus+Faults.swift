import ReferenceData
import SymbologyClient

/// What goes wrong again and again: each for as long as it does, with what to do.
extension ServerStatus {
    /// Whether there is more to say than that there is no connection.
    var isSourceFaultTelling: Bool { sourceFault.map { $0.kind != .unreachable } ?? false }

    var sourceAttention: String? {
        guard let sourceFault, isSourceFaultTelling else { return nil }
        let time = "for \(sourceFault.milliseconds / 1_000) s"
        return switch sourceFault.kind {
        case .notCompared:
            "\(time) the comparison of all rows fails, so what no trigger saw stays unseen; changes are served all the "
                + "same, and its log says why"
        case .polling:
            "\(time) changes are polled for, because the database refuses LISTEN; look for a session that LISTENs "
                + "inside a long transaction, in any database"
        case let kind: "\(time) no change is served, because \(Self.reason(kind))"
        }
    }

    private static func reason(_ kind: SourceFault?) -> String {
        switch kind {
        case .wrongEncoding:
            "the encoding of the database is not UTF8; make another (CREATE DATABASE … TEMPLATE template0 ENCODING "
                + "'UTF8'), and move the tables there with pg_dump"
        case .standby: "the database is a standby in recovery; name the primary in --database"
        case .severalServers: "the two connections reach different servers; name one host in --database"
        case .pooled:
            "notifications do not arrive: a pooler in transaction mode is between; name the server itself in --database"
        case .silent:
            "the database says nothing where it should answer; look whether its processes stand still, or the network "
                + "swallows what they send: the server goes on trying"
        case .forbidden:
            "its role may not read the tables, or not all of their rows; GRANT symbology_reader, or what its log says"
        case .missing: "the tables, or some of their columns, are not there; \"symbology migrate up\" makes them"
        case .locked: "somebody keeps the tables locked; look for the transaction in pg_locks, and end it"
        case .timedOut:
            "the database takes longer than it may to read the tables; look for what keeps it busy, and whether they "
                + "want a VACUUM ANALYZE"
        case .unreachable, .failing, .notCompared, .polling, nil:
            "reading the tables fails; its log says why, and the server goes on trying"
        }
    }

    var overdueAttention: String? {
        guard let overdueMilliseconds else { return nil }
        return "for \(overdueMilliseconds / 1_000) s symbols that expired or were delisted are answered as if they had "
            + "not, for want of memory; give the server more (the limit of its service, ulimit -v)"
    }

    var imageAttention: String? {
        guard let imageFault else { return nil }
        let reason =
            switch imageFault.kind {
            case .forbidden: "its folder is gone or takes no files; see that it is there, and that the server may write"
            case .diskFull: "its disk is full; make room there"
            case .outOfMemory:
                "there is no memory to make it; give the server more (the limit of its service, ulimit -v)"
            case .failing, nil: "writing it fails"
            }
        return "for \(imageFault.milliseconds / 1_000) s the image file is older than what is served, because "
            + "\(reason); its log names the file, and the server goes on trying"
    }
}
