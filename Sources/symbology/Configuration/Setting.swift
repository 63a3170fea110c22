/// One thing that can be set, under one name: as a flag (`--log-level`), in the environment (`SYMBOLOGY_LOG_LEVEL`) and
/// in a configuration file (`log-level = debug`). All there is to say of each stands once, in `Setting+Table.swift`.
struct Setting: Sendable {
    enum Kind: Sendable {
        case text
        /// Several values: separated by commas, or the flag several times.
        case list
        /// `true` or `false`; as a flag, to be there is to be true.
        case toggle
        case number(ClosedRange<Int>)
    }

    let name: String
    let kind: Kind
    /// What stands for the value in the help.
    let valueName: String
    /// Empty where there is no flag.
    var help: String
    var defaultText: String?
    /// What a reader of `--print-config` sees where nothing is set.
    var unsetText = ""
    /// Shown to nobody as it is.
    var isSecret = false
    /// Whether SIGHUP puts a new value in force; others need a restart.
    var isReloadable = false

    init(
        _ name: String, _ kind: Kind, _ valueName: String = "", help: String = "", defaultText: String? = nil,
        unsetText: String = "", isSecret: Bool = false, isReloadable: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.valueName = valueName
        self.help = help
        self.defaultText = defaultText
        self.unsetText = unsetText
        self.isSecret = isSecret
        self.isReloadable = isReloadable
    }

    /// The same setting, explained to others.
    func explained(_ help: String) -> Setting {
        var setting = self
        setting.help = help
        return setting
    }

    var environmentName: String { "SYMBOLOGY_" + name.uppercased().replacing("-", with: "_") }
}

/// Two settings of one name are the same, whatever the help says.
extension Setting: Hashable {
    static func == (left: Setting, right: Setting) -> Bool { left.name == right.name }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
