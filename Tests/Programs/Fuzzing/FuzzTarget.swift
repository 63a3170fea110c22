/// What takes bytes from outside, by the name that `Fuzzing` and `make fuzz` know it by.
///
/// Each target runs one input from beginning to end, checks what must hold whatever the bytes are, and traps when it
/// does not: the fuzzer then keeps the input.
enum FuzzTarget: String, CaseIterable {
    /// Requests and responses cut into frames and checked field by field.
    case framing
    /// Requests answered by the resolver from a snapshot.
    case resolver
    /// An image file, opened and looked up in.
    case image
    /// What a server sends, read by the client.
    case responses
    /// A symbol file, up to where the database would be asked.
    case importing
    /// What ccxt says of a venue's markets, up to there.
    case markets
    /// The resolver behind a planted defect: a fuzzer that does not find it is not to be believed.
    case canary

    /// Those that must hold; the canary must not.
    static let real = allCases.filter { $0 != .canary }

    func run(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .framing: FramingFuzz.run(bytes)
        case .resolver: ResolverFuzz.shared.run(bytes)
        case .image: ImageFuzz.shared.run(bytes)
        case .responses: ResponsesFuzz.run(bytes)
        case .importing: ImportFuzz.run(bytes)
        case .markets: MarketFuzz.run(bytes)
        case .canary: CanaryFuzz.run(bytes)
        }
    }
}

/// Stops the process with the rule that does not hold; a `precondition` whose text survives in an optimised build.
func require(_ isTrue: Bool, _ rule: @autoclosure () -> String) {
    if !isTrue { fatalError(rule()) }
}
