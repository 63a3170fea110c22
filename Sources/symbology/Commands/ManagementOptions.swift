import ArgumentParser
import ReferenceData
import ReferenceStore

/// What every command that changes one row accepts.
struct ManagementOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Change it only if its updated_at is not after this moment (2026-11-21T03:42:10.123456Z).",
            valueName: "time"))
    var ifUnchangedSince: String?

    func condition() throws(CommandFailure) -> UpdateCondition {
        guard let ifUnchangedSince else { return .unchangedWhileUpdating }
        guard let moment = Timestamp(ifUnchangedSince) else {
            throw CommandFailure(
                .usage, "--if-unchanged-since is \"\(Cell.escapeControls(ifUnchangedSince))\", which is no UTC time",
                next: "take updated_at as the command that showed the row printed it: 2026-11-21T03:42:10.123456Z")
        }
        return .unchangedSince(moment)
    }
}

/// What becomes of a name that a symbol loses.
struct AliasOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long a former name is known; else \(ReferenceManagement.aliasDayCountDefault).", valueName: "days"))
    var aliasFor: Int?
    @Flag(help: "Forget a former name at once.") var noAlias = false

    /// Nil for none.
    var dayCount: Int? { noAlias ? nil : aliasFor ?? ReferenceManagement.aliasDayCountDefault }

    mutating func validate() throws {
        if noAlias, aliasFor != nil { throw ValidationError("give --alias-for or --no-alias, not both") }
        if let aliasFor, !(1...ReferenceManagement.aliasDayCountMax).contains(aliasFor) {
            throw ValidationError(
                "--alias-for is \(aliasFor); it goes from 1 to \(ReferenceManagement.aliasDayCountMax) days")
        }
    }
}

/// The columns of an exchange. A value is text until `FieldRules` has read it, so that all that is wrong is reported
/// at once; an empty one means NULL in a column that takes NULL.
struct ExchangeColumnOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("A name; else the code.", valueName: "text"))
    var name: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("The name people read; else the code.", valueName: "text"))
    var displayName: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("SPOT, FUTURES or OPTIONS.", valueName: "type"))
    var marketType: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("true or false.", valueName: "flag"))
    var isActive: String?
    @Option(name: .customLong("base-url"), parsing: .unconditional, help: ArgumentHelp("REST.", valueName: "url"))
    var baseURL: String?
    @Option(
        name: .customLong("websocket-url"), parsing: .unconditional, help: ArgumentHelp("Streams.", valueName: "url"))
    var websocketURL: String?
    @Option(
        name: [.customLong("rate-limit"), .customLong("rate-limit-requests-per-second")], parsing: .unconditional,
        help: ArgumentHelp("Requests per second.", valueName: "count"))
    var rateLimit: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Digits after the point where a symbol does not say.", valueName: "count"))
    var precisionDefault: String?

    func draft(code: String, _ rules: inout FieldRules) -> ExchangeDraft {
        if marketType == nil { rules.add("market_type", "", .missing) }
        let edit = edit(&rules)
        return ExchangeDraft(
            code: code, marketType: edit.marketType ?? .spot, name: edit.name, displayName: edit.displayName,
            isActive: edit.isActive ?? true, baseURL: edit.baseURL.applied(to: nil),
            websocketURL: edit.websocketURL.applied(to: nil),
            rateLimitRequestsPerSecond: edit.rateLimitRequestsPerSecond.applied(to: nil),
            precisionDefault: edit.precisionDefault.applied(to: 8))
    }

    func edit(_ rules: inout FieldRules) -> ExchangeEdit {
        var edit = ExchangeEdit()
        edit.name = name
        edit.displayName = displayName
        if let marketType { edit.marketType = rules.marketType("market_type", marketType) }
        if let isActive { edit.isActive = rules.flag("is_active", isActive) }
        if let baseURL { edit.baseURL = baseURL.isEmpty ? .clear : .set(baseURL) }
        if let websocketURL { edit.websocketURL = websocketURL.isEmpty ? .clear : .set(websocketURL) }
        edit.rateLimitRequestsPerSecond = FieldChange.reading(rateLimit) {
            rules.integer("rate_limit_requests_per_second", $0, in: ExchangeDraft.rateLimitRange)
                .flatMap(UInt32.init(exactly:))
        }
        edit.precisionDefault = FieldChange.reading(precisionDefault) {
            rules.integer("precision_default", $0, in: ExchangeDraft.precisionRange).flatMap(UInt8.init(exactly:))
        }
        return edit
    }
}

/// The columns of a symbol; as `ExchangeColumnOptions`.
struct SymbolColumnOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("What is traded: BTC.", valueName: "asset"))
    var baseAsset: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("What it is paid with: USDT.", valueName: "asset"))
    var quoteAsset: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("true or false.", valueName: "flag"))
    var isActive: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Digits of a quantity, 1 to 18.", valueName: "count"))
    var precisionBase: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Digits of an amount, 1 to 18.", valueName: "count"))
    var precisionQuote: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Digits of a price, 1 to 18.", valueName: "count"))
    var precisionPrice: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Smallest quantity of an order.", valueName: "decimal"))
    var minOrderSize: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Largest quantity of an order.", valueName: "decimal"))
    var maxOrderSize: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Smallest price step.", valueName: "decimal"))
    var tickSize: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Smallest quantity step.", valueName: "decimal"))
    var stepSize: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("When the venue last listed it.", valueName: "time"))
    var lastSeen: String?

    func draft(exchange: String, symbol: String, _ rules: inout FieldRules) -> SymbolDraft {
        if baseAsset == nil { rules.add("base_asset", "", .missing) }
        if quoteAsset == nil { rules.add("quote_asset", "", .missing) }
        let edit = edit(&rules)
        return SymbolDraft(
            exchange: exchange, baseAsset: edit.baseAsset ?? "", quoteAsset: edit.quoteAsset ?? "",
            symbolString: symbol, isActive: edit.isActive ?? true, precisionBase: edit.precisionBase ?? 8,
            precisionQuote: edit.precisionQuote ?? 8, precisionPrice: edit.precisionPrice ?? 8,
            minOrderSize: edit.minOrderSize.applied(to: nil) ?? .absent,
            maxOrderSize: edit.maxOrderSize.applied(to: nil) ?? .absent,
            tickSize: edit.tickSize.applied(to: nil) ?? .absent, stepSize: edit.stepSize.applied(to: nil) ?? .absent,
            lastSeen: edit.lastSeen.applied(to: nil) ?? .absent)
    }

    func edit(_ rules: inout FieldRules) -> SymbolEdit {
        var edit = SymbolEdit()
        edit.baseAsset = baseAsset
        edit.quoteAsset = quoteAsset
        if let isActive { edit.isActive = rules.flag("is_active", isActive) }
        edit.precisionBase = precision("precision_base", precisionBase, &rules)
        edit.precisionQuote = precision("precision_quote", precisionQuote, &rules)
        edit.precisionPrice = precision("precision_price", precisionPrice, &rules)
        edit.minOrderSize = FieldChange.reading(minOrderSize) { rules.decimal("min_order_size", $0) }
        edit.maxOrderSize = FieldChange.reading(maxOrderSize) { rules.decimal("max_order_size", $0) }
        edit.tickSize = FieldChange.reading(tickSize) { rules.decimal("tick_size", $0) }
        edit.stepSize = FieldChange.reading(stepSize) { rules.decimal("step_size", $0) }
        edit.lastSeen = FieldChange.reading(lastSeen) { rules.time("last_seen", $0) }
        return edit
    }

    private func precision(_ field: String, _ text: String?, _ rules: inout FieldRules) -> UInt8? {
        guard let text else { return nil }
        return rules.integer(field, text, in: SymbolDraft.precisionRange).flatMap(UInt8.init(exactly:))
    }
}

extension FieldChange {
    /// No option keeps, an empty one clears; what cannot be read has become a fault, and nothing is changed.
    static func reading(_ text: String?, _ read: (String) -> Value?) -> FieldChange {
        guard let text else { return .keep }
        if text.isEmpty { return .clear }
        return read(text).map { .set($0) } ?? .keep
    }
}
