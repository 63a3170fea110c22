/// Where one migration stands.
public struct MigrationStatus: Sendable, Hashable {
    public enum State: String, Sendable { case applied, pending, edited, missing }

    public let version: Int
    public let name: String
    public let state: State
    /// ISO 8601 in UTC, nil while pending.
    public let appliedAt: String?
    public let appliedBy: String?
    /// SHA-256 of the up file as it was applied, in hexadecimal; nil while pending.
    public let checksum: String?
}

/// One step a run takes or would take.
public struct MigrationStep: Sendable, Hashable {
    public enum Direction: String, Sendable { case up, down }

    public let migration: Migration
    public let direction: Direction

    var script: MigrationScript? { direction == .up ? migration.up : migration.down }
    /// `002_exchanges.down`
    var label: String { "\(migration.label).\(direction.rawValue)" }
}

/// What a run reports while it goes on.
public enum MigrationEvent: Sendable {
    case started(MigrationStep)
    case finished(MigrationStep, milliseconds: Int)
    /// A lock was not granted in time; tried again after a pause.
    case waiting(label: String, attempt: Int, attemptCountMax: Int, blockers: [String])
    /// A warning of the server while a step ran.
    case warning(String)
}
