import ArgumentParser
import MarketDataStore
import ReferencePhases
import ReferenceStore

struct ValidateCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Whether a phase is what it promises. Exits with 1 when a check fails.",
        discussion: """
            Phase 1: tables, columns and indexes; that the indexes are used and the constraints refuse; triggers; \
            venue codes; orphans, duplicates, rows that cannot be served; every legacy pair has its symbol. Nothing is \
            changed: what must be refused is tried in a transaction that is rolled back.

            Phase 2: partitions, mirror and queue of the market data; the rows of both tables are counted, and sampled \
            chunks compared.

            Phase 3: the cache, built here as a server builds it (load, memory, lookups, agreement with the database), \
            lookups in the database and queries of market data, each against what the plan promises.

            Phase 4: balances, executions and analytics: tables, rules, indexes, contradictory rows, and the queries \
            against what the plan promises.
            """)

    @Option(help: ArgumentHelp("The phase of the plan, from 1 to 4.", valueName: "number")) var phase: Int
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    mutating func validate() throws { try PhaseArgument.check(phase) }

    func execute(_ configuration: Configuration) throws {
        let connection = try DatabaseTarget.connect(configuration, acceptsAnyEncoding: true)
        let fields: [Field<ValidationCheck>] = [
            Field("check", width: 42, \.name), Field("verdict", width: 11, \.verdict.rawValue),
            Field("microseconds", isNumber: true, \.microseconds), Field("detail") { Cell.nonEmpty($0.detail) },
        ]
        // A line leaves as soon as its check is done.
        var writer = RowWriter(configuration.format, fields, isStreaming: true)
        defer { writer.finish() }
        var checks: [ValidationCheck] = []
        func note(_ check: ValidationCheck) {
            writer.write(check)
            checks.append(check)
        }
        if phase == 2 {
            try MarketDataSession.ask { () throws(MarketDataError) in
                _ = try MarketDataValidation(connection).run { note(ValidationCheck($0)) }
            }
        } else {
            try DatabaseTarget.ask { () throws(StoreError) in
                switch phase {
                case 1: _ = try ReferenceValidation(connection).run(onCheck: note)
                case 3: _ = try StoreValidation(connection).run(onCheck: note)
                default: _ = try TradingValidation(connection).run(onCheck: note)
                }
            }
        }
        let counts = ValidationCheck.Verdict.allCases.compactMap { verdict in
            let count = checks.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        writeLineToStandardError("symbology: phase \(phase): \(counts.joined(separator: ", "))")
        if checks.contains(where: { $0.verdict == .failed }) { throw ExitCode(ExitStatus.answerIsNo.rawValue) }
    }
}

/// What `validate` and `rollback` accept as a phase.
enum PhaseArgument {
    static func check(_ phase: Int) throws {
        guard (1...4).contains(phase) else { throw ValidationError("--phase is \(phase); the plan has 1 to 4") }
    }
}

extension ValidationCheck {
    fileprivate init(_ check: MarketDataCheck) {
        self.init(
            name: check.name, verdict: Verdict(rawValue: check.verdict.rawValue) ?? .failed, detail: check.detail,
            microseconds: check.microseconds)
    }
}
