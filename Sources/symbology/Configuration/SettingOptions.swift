import ArgumentParser

/// The settings of a group as options of a command, with those that every command has.
struct SettingOptions<Group: SettingGroup>: ParsableArguments, CustomReflectable {
    /// What was given on the command line.
    private(set) var flags: [Setting: String] = [:]
    /// The file of settings.
    private(set) var configPath: String?
    private(set) var printsConfiguration = false

    private static var config: TableOption {
        TableOption(
            name: "config", kind: .text, valueName: "file", help: "A file of settings, one name = value a line.")
    }
    private static var printConfig: TableOption {
        TableOption(
            name: "print-config", kind: .toggle, valueName: "",
            help: "Show each setting and where it comes from, then exit.")
    }

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: TableOption.Key.self)
        for setting in Group.flags + Setting.printing { flags[setting] = try setting.option.decode(container) }
        configPath = try Self.config.decode(container)
        printsConfiguration = try Self.printConfig.decode(container) != nil
    }

    func validate() throws { try Group.validate(flags) }

    var customMirror: Mirror {
        let options = Group.flags.map(\.option) + [Self.config, Self.printConfig] + Setting.printing.map(\.option)
        return Mirror(self, children: options.map(\.property))
    }
}

extension Setting {
    fileprivate var option: TableOption {
        let kind: TableOption.Kind =
            switch kind {
            case .text: .text
            case .list: .list
            case .toggle: .toggle
            case .number: .number
            }
        return TableOption(name: name, kind: kind, valueName: valueName, help: help)
    }
}
