extension InstrumentKinds {
    /// The set of one kind.
    @inlinable public init(_ kind: InstrumentKind) { self.init(rawValue: 1 << (kind.rawValue - 1)) }

    /// The set of some kinds; without any it says "no matter which" in requests.
    @inlinable public init(_ kinds: some Sequence<InstrumentKind>) {
        self = kinds.reduce(into: []) { $0.insert(InstrumentKinds($1)) }
    }

    /// The kinds in it that this version knows, in the order of their numbers.
    public var kinds: [InstrumentKind] { InstrumentKind.allCases.filter { contains(InstrumentKinds($0)) } }
}
