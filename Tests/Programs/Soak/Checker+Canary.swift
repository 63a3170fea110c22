import ReferenceData

// A checker that never found anything may be one that cannot. At its end every soak spoils right answers, one field at
// a time, and the checker must object to each.
extension Checker {
    /// A way for an answer to be wrong.
    enum Canary: String, CaseIterable {
        case anotherId
        case anotherStatus
        case anotherExchange
        case otherPricePrecision
        case otherBasePrecision
        case otherQuotePrecision
        case otherActivity
        case otherExchangeActivity
        case lostSymbol
        case inventedSymbol
        case falselyFromFile
        case oldButLive
        case backwards
        case noAnswer
        case nothingLoaded

        /// The right answer made wrong.
        func spoil(_ listed: Observation, _ unlisted: Observation) -> Observation {
            var observation = self == .inventedSymbol ? unlisted : listed
            // Of an engine that has said nothing before.
            observation.engine = .max
            observation.connection = 1
            switch self {
            case .anotherId: observation.symbolId ^= 1
            case .anotherStatus:
                let isActive = observation.status == ResolutionStatus.ok.rawValue
                observation.status = (isActive ? ResolutionStatus.inactive : .ok).rawValue
            case .anotherExchange: observation.exchangeId ^= 1
            case .otherPricePrecision: observation.precisionPrice ^= 1
            case .otherBasePrecision: observation.precisionBase ^= 1
            case .otherQuotePrecision: observation.precisionQuote ^= 1
            case .otherActivity: observation.flags ^= ResolutionFlags.active.rawValue
            case .otherExchangeActivity: observation.flags ^= ResolutionFlags.exchangeActive.rawValue
            case .lostSymbol:
                observation.status = ResolutionStatus.unknownSymbol.rawValue
                observation.symbolId = 0
                observation.flags = 0
            case .inventedSymbol:
                observation.status = ResolutionStatus.ok.rawValue
                observation.symbolId = 1
            case .falselyFromFile: observation.flags ^= ResolutionFlags.fromFile.rawValue
            case .oldButLive:
                observation.isLive = true
                observation.askedNanoseconds = .max - 1
            case .backwards: break
            case .noAnswer: observation.kind = .failure
            case .nothingLoaded: observation.kind = .notLoaded
            }
            return observation
        }
    }

    /// The canaries that this checker would not notice; all of them when no answer was right so far.
    var unnoticedCanaries: [Canary] {
        guard let lastListed, let lastUnlisted else { return Canary.allCases }
        return Canary.allCases.filter { canary in
            var copy = self
            let spoilt = canary.spoil(lastListed, lastUnlisted)
            if canary == .backwards {
                var newer = spoilt
                newer.generation += 1
                copy.checkOrder(newer)
            }
            copy.take([spoilt], faults: FaultWindows())
            return copy.wrongCount + copy.unexplainedFailureCount == wrongCount + unexplainedFailureCount
        }
    }
}
