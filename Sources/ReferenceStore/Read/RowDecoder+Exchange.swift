import ReferenceData

extension RowDecoder {
    /// Decodes one row of `exchanges`. Allocates strings: there are few exchanges.
    static func exchange<Source: RowSource>(_ source: inout Source) throws(RowShapeError) -> DecodedRow<Exchange> {
        var faults = RowFaults()
        let id = try id(&source, "id", &faults, range: 1...Int64(UInt16.max))
        let name = try text(&source, "name", byteCountMax: Exchange.nameByteCountMax, &faults)
        let enumValue = try text(&source, "enum_value", byteCountMax: Exchange.enumValueByteCountMax, &faults)
        let displayName = try text(
            &source, "display_name", byteCountMax: Exchange.displayNameByteCountMax, canBeEmpty: true, &faults)
        let marketType = try marketType(&source, &faults)
        let isActive = try flag(&source, "is_active", &faults)
        let baseURL = try optionalText(&source, "base_url", byteCountMax: Exchange.urlByteCountMax, &faults)
        let websocketURL = try optionalText(&source, "websocket_url", byteCountMax: Exchange.urlByteCountMax, &faults)
        let rateLimit = try optionalInteger(&source, "rate_limit_requests_per_second", &faults, as: UInt32.self)
        let precisionDefault = try optionalInteger(&source, "precision_default", &faults, as: UInt8.self)
        let createdAt = try timestamp(&source, "created_at", &faults)
        let updatedAt = try timestamp(&source, "updated_at", &faults)

        guard faults.reason == nil, let idValue = id.value.flatMap(UInt16.init(exactly:)), let marketType else {
            return .refused(
                RefusedRow(
                    table: .exchange, id: id.raw, reason: faults.reason ?? "the row cannot be represented",
                    symbolKey: nil, pairKey: nil, exchangeId: id.value.flatMap(UInt16.init(exactly:)) ?? 0))
        }
        return .row(
            Exchange(
                id: idValue, name: name, enumValue: enumValue, displayName: displayName, marketType: marketType,
                isActive: isActive, baseURL: baseURL, websocketURL: websocketURL,
                rateLimitRequestsPerSecond: rateLimit, precisionDefault: precisionDefault, createdAt: createdAt,
                updatedAt: updatedAt))
    }

    private static func text<Source: RowSource>(
        _ source: inout Source, _ column: StaticString, byteCountMax: Int, canBeEmpty: Bool = false,
        _ faults: inout RowFaults
    ) throws(RowShapeError) -> String {
        guard let text = try optionalText(&source, column, byteCountMax: byteCountMax, &faults) else {
            faults.add("\(column) is NULL")
            return ""
        }
        if text.isEmpty, !canBeEmpty { faults.add("\(column) is empty") }
        return text
    }

    private static func optionalText<Source: RowSource>(
        _ source: inout Source, _ column: StaticString, byteCountMax: Int, _ faults: inout RowFaults
    ) throws(RowShapeError) -> String? {
        guard let text = try source.nextText() else { return nil }
        if text.utf8.count > byteCountMax {
            faults.add("\(column) has \(text.utf8.count) bytes, at most \(byteCountMax) fit")
        }
        return text
    }

    private static func marketType<Source: RowSource>(
        _ source: inout Source, _ faults: inout RowFaults
    ) throws(RowShapeError) -> MarketType? {
        let text = try source.nextText() ?? ""
        guard let marketType = MarketType(databaseName: text) else {
            faults.add("market_type \"\(text)\" is none of SPOT, FUTURES, OPTIONS")
            return nil
        }
        return marketType
    }

    private static func optionalInteger<Source: RowSource, Value: FixedWidthInteger>(
        _ source: inout Source, _ column: StaticString, _ faults: inout RowFaults, as type: Value.Type
    ) throws(RowShapeError) -> Value? {
        guard let raw = try source.nextInteger() else { return nil }
        guard let value = Value(exactly: raw) else {
            faults.add("\(column) \(raw) is outside \(Value.min) to \(Value.max)")
            return nil
        }
        return value
    }
}
