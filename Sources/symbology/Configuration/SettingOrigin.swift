/// Where the value of a setting comes from; earlier cases win.
enum SettingOrigin: Sendable, Hashable {
    case flag
    case environment
    case file(path: String, line: Int)
    case defaultValue

    var text: String {
        switch self {
        case .flag: "flag"
        case .environment: "environment"
        case .file(let path, let line): "\(path):\(line)"
        case .defaultValue: "default"
        }
    }

    /// The lower, the nearer to whoever typed the command.
    var rank: Int {
        switch self {
        case .flag: 0
        case .environment: 1
        case .file: 2
        case .defaultValue: 3
        }
    }
}
