import PostgreSQL
import ReferenceData
import ReferenceStore

extension SymbolPopulation {
    /// A venue on its way: what is reported of it, how it writes its symbols (nil when that is not known), and what it
    /// trades.
    struct VenuePlan {
        var venue: PopulatedVenue
        var separator: String?
        var marketType: MarketType?

        /// What a pair is there; nil where it names nothing.
        var kind: String? {
            switch marketType {
            case .spot: InstrumentKind.spot.name
            case .futures: InstrumentKind.perpetual.name
            default: nil
            }
        }
    }

    private struct ExchangeRow {
        let id: UInt16
        let code: String
        let name: String
        let marketType: MarketType?
    }

    /// Each spelling of the legacy tables, by code and else by name, then what they do not mention.
    func legacyVenues() throws -> [VenuePlan] {
        let exchanges = try exchangeRows()
        let found = try connection.query(PopulationStatements.legacyVenues)
        var plans: [VenuePlan] = []
        for row in 0..<found.rowCount {
            let spelling = try found.text(row, 0) ?? ""
            let pairCount = Int(try found.int64(row, 1) ?? 0)
            let exchange =
                exchanges.first { $0.code.hasBytes(of: spelling) } ?? exchanges.first { $0.name.hasBytes(of: spelling) }
            let known = VenueCode(code: exchange?.code ?? spelling)
            plans.append(
                VenuePlan(
                    venue: PopulatedVenue(
                        legacyName: spelling, code: exchange?.code ?? known?.code, exchangeId: exchange?.id,
                        outcome: exchange != nil ? .mapped : known != nil ? .added : .unknown, pairCount: pairCount),
                    separator: try known?.symbolSeparator ?? exchange.flatMap { try separatorInUse($0.id) },
                    marketType: exchange?.marketType ?? known.map { Exchange($0).marketType }))
        }
        return plans + missing(exchanges, besides: plans)
    }

    /// Known venues and rows of the table that the legacy data do not mention.
    private func missing(_ exchanges: [ExchangeRow], besides plans: [VenuePlan]) -> [VenuePlan] {
        let mentioned = Set(plans.compactMap { $0.venue.code.map(ByteText.init) })
        let codes = VenueCode.allCases.map(\.code)
        let others = exchanges.map(\.code).filter { VenueCode(code: $0) == nil }
        return (codes + others).filter { !mentioned.contains(ByteText($0)) }.map { code in
            VenuePlan(
                venue: PopulatedVenue(
                    legacyName: code, code: code, exchangeId: exchanges.first { $0.code.hasBytes(of: code) }?.id,
                    outcome: .missing, pairCount: 0),
                separator: nil)
        }
    }

    private func exchangeRows() throws -> [ExchangeRow] {
        let result = try connection.query(PopulationStatements.exchanges)
        return try (0..<result.rowCount).compactMap { row in
            guard let id = try result.int32(row, 0).flatMap(UInt16.init(exactly:)), let code = try result.text(row, 1),
                let name = try result.text(row, 2)
            else { return nil }
            return ExchangeRow(
                id: id, code: code, name: name,
                marketType: try result.text(row, 3).flatMap(MarketType.init(databaseName:)))
        }
    }

    private func separatorInUse(_ exchangeId: UInt16) throws -> String? {
        let result = try connection.query(PopulationStatements.separatorInUse, [.int32(Int32(exchangeId))])
        return result.rowCount == 1 ? try result.text(0, 0) : nil
    }

    /// Gives known venues of the legacy data their row in `exchanges`.
    func add(_ plans: inout [VenuePlan]) throws {
        for index in plans.indices where plans[index].venue.outcome == .added {
            guard let venue = plans[index].venue.code.flatMap(VenueCode.init(code:)) else { continue }
            let fields = ExchangeFields(venue)
            let result = try connection.query(
                PopulationStatements.addVenue(fields.columns), fields.columns.map { Parameter(fields[$0] ?? .null) })
            // The name may belong to another row: then there is none to hang symbols on, and the venue stays unknown.
            guard result.rowCount == 1, let id = try result.int32(0, 0) else {
                plans[index].venue.outcome = .unknown
                continue
            }
            plans[index].venue.exchangeId = UInt16(exactly: id)
        }
    }

    /// Puts the mapping where the statements find it.
    func stage(_ plans: [VenuePlan]) throws {
        let mentioned = plans.filter { $0.venue.outcome != .missing }
        try connection.query(
            PopulationStatements.createVenues,
            [
                .textArray(mentioned.map(\.venue.legacyName)),
                .textArray(mentioned.map { $0.venue.outcome == .unknown ? $0.venue.legacyName : $0.venue.code }),
                .int32Array(mentioned.map { Int32($0.venue.exchangeId ?? 0) }), .textArray(mentioned.map(\.separator)),
                .textArray(mentioned.map { $0.venue.outcome == .unknown ? "no" : "yes" }),
                .textArray(mentioned.map(\.kind)),
            ])
    }
}
