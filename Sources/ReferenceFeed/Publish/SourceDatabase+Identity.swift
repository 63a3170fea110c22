import ReferenceData
import ReferenceStore

extension SourceDatabase {
    /// Of who answered on a connection. Which of a system's copies that was, and since when, makes no difference to its
    /// rows.
    public init(_ identity: ServerIdentity) {
        self.init(systemIdentifier: identity.systemIdentifier, databaseId: identity.databaseId)
    }
}
