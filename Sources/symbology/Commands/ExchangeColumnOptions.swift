import ArgumentParser
import ReferenceData
import ReferenceStore

/// The columns of an exchange. A value is text until `ExchangeFields` has read it, so that all that is wrong is reported
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

    var fields: ExchangeFields {
        ExchangeFields(reading: [
            .name: name, .displayName: displayName, .marketType: marketType, .isActive: isActive, .baseURL: baseURL,
            .websocketURL: websocketURL, .rateLimitRequestsPerSecond: rateLimit, .precisionDefault: precisionDefault,
        ])
    }
}
