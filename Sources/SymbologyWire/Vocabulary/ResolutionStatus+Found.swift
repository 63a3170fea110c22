extension ResolutionStatus {
    /// Whether what was asked for is there, active or not: the answer then names it.
    @inlinable public var isFound: Bool { self == .ok || self == .inactive }
}
