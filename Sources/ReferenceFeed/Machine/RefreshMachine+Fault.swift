import ReferenceData

extension RefreshMachine {
    /// What is amiss now, the gravest; nil also where a load is held back.
    var fault: SourceFault? {
        if let failure = refreshFailures.last ?? sessionFailures.last { return failure.fault }
        if let failure = rereadFailures.last, !failure.isHoldingBack { return .notCompared }
        return listenFailures.last == nil ? nil : .polling
    }
}

extension FeedFailure {
    /// In the words of `status`; nil where a load is held back, which has others.
    var fault: SourceFault? {
        switch self {
        case .connection, .deadlinePassed("connecting"): .unreachable
        case .wrongEncoding: .wrongEncoding
        case .inRecovery: .standby
        case .differentServers: .severalServers
        case .deaf: .pooled
        case .deadlinePassed: .silent
        case .listenRefused: .polling
        case .shrunk, .idsChange, .tooLarge: nil
        case .statement(let sqlState, _):
            switch sqlState {
            case "42501": .forbidden
            case "42P01", "42703", "42883", "3F000": .missing
            case "55P03", "40P01": .locked
            case "57014": .timedOut
            default: .failing
            }
        }
    }
}
