/// A setting that is a number in a structure of another module, whose own value is the default. All of these can change
/// while a server runs.
struct NumberSetting<Owner>: Sendable {
    let setting: Setting
    private let assign: @Sendable (inout Owner, Int) -> Void

    init<Number: FixedWidthInteger & Sendable>(
        _ name: String, _ field: WritableKeyPath<Owner, Number> & Sendable, of defaults: Owner,
        in range: ClosedRange<Int>, _ valueName: String, _ help: String
    ) {
        setting = Setting(
            name, .number(range), valueName, help: help, defaultText: "\(defaults[keyPath: field])",
            isReloadable: true)
        assign = { $0[keyPath: field] = Number($1) }
    }

    func set(_ owner: inout Owner, from configuration: Configuration) throws(CommandFailure) {
        assign(&owner, try configuration.integer(setting))
    }
}
