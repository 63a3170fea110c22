import Foundation

/// A `watch` that has subscribed, and where its reading stands.
final class PushWatch {
    let command: RunningCommand
    private var next = 0

    init(_ system: RunningSystem) throws {
        command = try Program.start(["watch", "--unix", system.unixPath, "--format", "json"])
        try command.waitForLine(.error, "subscribed") { $0.contains("subscribed") }
    }

    deinit { command.end() }

    /// Waits for the next push of this action, kind and id; of everything there is no id.
    func expect(_ action: String, _ kind: String, _ id: Int? = nil) throws {
        let found = try command.waitForLine(.output, from: next, withinSeconds: 20, "\(action) \(kind) \(id ?? -1)") {
            guard let push = try? jsonObject($0) else { return false }
            return push["action"] as? String == action && push["kind"] as? String == kind && push["id"] as? Int == id
        }
        next = found.next
    }
}
