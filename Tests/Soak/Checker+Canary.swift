import ReferenceData

// A checker that never found anything may be one that cannot. At its end every soak spoils right answers, one field at
// a time, and the checker must object to each.
extension Checker {
    /// A way for an answer to be wrong.
    enum Canary: String, CaseIterable {
        case anotherId
        case anotherStatus
        case otherPrecision
        case lostSymbol
        case inventedSymbol
        case falselyFromFile
        case oldButLive
        case noAnswer

        /// The right answer made wrong.
        func spoil(_ listed: Observation, _ unlisted: Observation) -> Observation {
            var observation = self == .inventedSymbol ? unlisted : listed
            switch self {
            case .anotherId: observation.symbolId ^= 1
            case .anotherStatus:
                let isActive = observation.status == ResolutionStatus.ok.rawValue
                observation.status = (isActive ? ResolutionStatus.inactive : .ok).rawValue
            case .otherPrecision: observation.precisionPrice ^= 1
            case .lostSymbol:
                observation.status = ResolutionStatus.unknownSymbol.rawValue
                observation.symbolId = 0
            case .inventedSymbol:
                observation.status = ResolutionStatus.ok.rawValue
                observation.symbolId = 1
            case .falselyFromFile: observation.flags ^= ResolutionFlags.fromFile.rawValue
            case .oldButLive:
                observation.isLive = true
                observation.askedNanoseconds = .max - 1
            case .noAnswer: observation.kind = .failure
            }
            return observation
        }
    }

    /// The canaries that this checker would not notice; all of them when no answer was right so far.
    var unnoticedCanaries: [Canary] {
        guard let lastListed, let lastUnlisted else { return Canary.allCases }
        return Canary.allCases.filter { canary in
            var copy = self
            copy.take([canary.spoil(lastListed, lastUnlisted)], faults: FaultWindows())
            return copy.wrongCount + copy.unexplainedFailureCount == wrongCount + unexplainedFailureCount
        }
    }
}
