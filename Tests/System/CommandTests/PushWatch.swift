import Foundation

/// A `watch` that has subscribed, and where its reading stands.
final class PushWatch {
    let command: RunningCommand
    private var next = 0

    init(_ system: RunningSystem, _ arguments: String...) throws {
        command = try Program.start(["watch", "--unix", system.unixPath, "--format", "json"] + arguments)
        try command.waitForLine(.error, "subscribed") { $0.contains("subscribed") }
    }

    deinit { command.end() }

    /// Waits for the next push of this action, kind and id; nil is any id. Everything has none.
    @discardableResult
    func expect(_ action: String, _ kind: String, _ id: Int? = nil) throws -> [String: Any] {
        let found = try command.waitForLine(.output, from: next, "\(action) \(kind) \(id ?? -1)") {
            guard let push = try? jsonObject($0) else { return false }
            let isThis = push["id"] as? Int == id || id == nil && kind != "everything"
            return push["action"] as? String == action && push["kind"] as? String == kind && isThis
        }
        next = found.next
        return try jsonObject(found.line)
    }
}
