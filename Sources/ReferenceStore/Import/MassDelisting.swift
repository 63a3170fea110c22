/// An exchange of which a list has only the smaller part.
public struct MassDelisting: Sendable, Hashable, CustomStringConvertible {
    /// Below this many missing symbols a short list is taken for what it is.
    package static let goneCountMin = 100

    /// Its code.
    public let exchange: String
    /// Live symbols that the list does not have.
    public let goneCount: Int
    /// All live symbols, before; of the part that the list is of.
    public let liveCount: Int

    public var description: String {
        "the list lacks \(goneCount) of the \(liveCount) live symbols of \(exchange), "
            + "which --deactivate-missing deactivates"
    }
}
