import ReferenceData

extension SourceState {
    /// Of a snapshot from a file that no database has confirmed since.
    /// - Parameter confirmedAt: when it was last known to equal the tables.
    public init(ofFileConfirmedAt confirmedAt: Timestamp) {
        self.init(isLoaded: true, fromFile: true)
        lastConfirmedNanoseconds = confirmedAt.monotonicNanoseconds
    }
}
