import Testing

@testable import symbology

/// A row of the table of settings is all there is to a setting.
@Suite("Settings: the table")
struct SettingTableTests {
    private static let groups: [any SettingGroup.Type] = [
        ClientSettings.self, ClientOrDatabaseSettings.self, DatabaseSettings.self, MigrationSettings.self,
        ServeSettings.self, DevSettings.self,
    ]

    @Test("names are those of flags and variables; defaults lie within their bounds", arguments: Setting.all)
    func rows(setting: Setting) throws {
        #expect(setting.name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
        #expect(setting.environmentName.wholeMatch(of: /SYMBOLOGY(_[A-Z]+)+/) != nil)
        #expect(setting.environmentName.count == "SYMBOLOGY_".count + setting.name.count)
        switch setting.kind {
        case .number(let range): #expect(range.contains(try #require(setting.defaultText.flatMap { Int($0) })))
        case .toggle: #expect(setting.defaultText == "false")
        case .text, .list: break
        }
    }

    @Test("every setting belongs to a command, and every command's setting to the table")
    func groups() {
        let taken = Set(Self.groups.flatMap { $0.settings + $0.flags } + Setting.printing)
        #expect(taken == Set(Setting.all))
        for group in Self.groups { #expect(Set(group.flags).isSubset(of: group.settings), "\(group)") }
    }

    @Test("serve explains each of its flags, and takes each")
    func flags() throws {
        let help = try Program.run("help", "serve").output
        for setting in ServeSettings.flags { #expect(help.contains("--\(setting.name) "), "\(setting.name)") }
        // None of them is an option of its own: what is set is shown by the name it was set under.
        for setting in ServeSettings.flags {
            let value: [String] =
                switch setting.kind {
                case .toggle: []
                case .number(let range): ["\(range.lowerBound)"]
                case .text: [setting == .tcp ? "127.0.0.1:1" : "x"]
                case .list: ["1"]
                }
            let result = try Program.run(
                ["serve", "--print-config", "--format", "json", "--\(setting.name)"] + value,
                environment: setting == .database ? ["PGDATABASE": "x"] : [:])
            let rows = try result.lines.map(jsonObject)
            let row = rows.first { $0["setting"] as? String == setting.name }
            #expect(row?["origin"] as? String == "flag", "\(setting.name): \(result.error)")
            #expect(row?["value"] as? String == value.first ?? "true", "\(setting.name)")
        }
    }
}
