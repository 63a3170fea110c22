/// How often each key is asked for.
package enum KeyDistribution: String, Sendable, CaseIterable {
    /// All alike.
    case uniform
    /// Few often, many seldom: the n-th most frequent is asked for in proportion to n to the power of −0.99.
    case zipf
}
