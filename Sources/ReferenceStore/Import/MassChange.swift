/// An exchange of whose live symbols a list lacks, ends or renames most.
public struct MassChange: Sendable, Hashable, CustomStringConvertible {
    /// Below this many symbols a short list is taken for what it is.
    package static let countMin = 100

    /// Its code.
    public let exchange: String
    /// Live symbols that the list does not have, where these are deactivated; 0 where few die.
    public let goneCount: Int
    /// Live symbols that the list itself says to be inactive, or past their time; 0 where few die.
    public let dyingCount: Int
    /// Live symbols to which the list gives another symbol string; 0 where these are few.
    public let renamedCount: Int
    /// All live symbols, before; of the part that the list is of.
    public let liveCount: Int

    public var description: String {
        let all = "of the \(liveCount) live symbols of \(exchange)"
        var texts: [String] = []
        if goneCount > 0 { texts.append("the list lacks \(goneCount) \(all), which --deactivate-missing deactivates") }
        if dyingCount > 0 { texts.append("the list makes \(dyingCount) \(all) inactive") }
        if renamedCount > 0 {
            texts.append("the list gives \(renamedCount) \(all) another symbol_string, as where columns slip by a line")
        }
        return texts.joined(separator: "; ")
    }
}
