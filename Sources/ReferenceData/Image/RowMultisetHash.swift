/// A keyed hash of a multiset, here of statements about rows ("slot 7 has symbol 3"): the sum of a number made of each.
///
/// Slots, id entries, exchange members and other sections repeat values of the rows. The hash proves that they repeat
/// each row exactly once, without a lookup: slots and entries lie in the order of their hashes, so finding the row of
/// each would cost a cache miss, and a million rows have three million of them. The numbers of the rows' statements are
/// added, those of the other sections' are subtracted. If the statements are the same the difference is 0; if not it is
/// 0 with a probability of about 2^-64, and nobody can cause that without the secret. Parts can be summed up in any
/// order.
struct RowMultisetHash: BitwiseCopyable {
    /// The secret is in no file, so that no file can be made to fit it.
    static let process = RowMultisetHash()

    private let first = UInt64.random(in: .min ... .max)
    private let second = UInt64.random(in: .min ... .max)
    private let third = UInt64.random(in: .min ... .max)
    private let fourth = UInt64.random(in: .min ... .max)
    private let exchangeFactor = UInt64.random(in: .min ... .max) | 1

    /// A number for an exchange, to be mixed into others.
    @inline(__always)
    func exchange(_ exchangeId: UInt16) -> UInt64 { (UInt64(exchangeId) &+ 1) &* exchangeFactor }

    /// A number for an exchange with a pair whose assets are one, or are not.
    @inline(__always)
    func pairExchange(_ exchange: UInt64, hasEqualAssets: Bool) -> UInt64 {
        hasEqualAssets ? exchange ^ fourth : exchange
    }

    /// A number for an exchange with the beginning of a text, and whether it goes on.
    @inline(__always)
    func text(_ exchange: UInt64, _ start: TextStart, isLong: Bool) -> UInt64 {
        exchange ^ foldedProduct(start.words[0] ^ second, start.words[1] ^ third) &+ (isLong ? fourth : 0)
    }

    /// A slot of a table has the id, the flags, the precisions and the index of a row of an exchange.
    /// - Parameter tail: the last eight bytes of the slot.
    @inline(__always)
    func slot(_ kind: KeyKind, _ slotIndex: UInt32, id: UInt32, tail: UInt64, exchange: UInt64) -> UInt64 {
        let table =
            switch kind {
            // Names are set apart by the mark of their exchange.
            case .symbol, .name: second
            case .pair: third
            }
        return foldedProduct(tail ^ first, (UInt64(id) | UInt64(slotIndex) << 32) ^ exchange ^ table)
    }

    /// A row is one of several that claim a slot's key.
    /// - Parameter entry: see `SharedKeys`.
    @inline(__always)
    func shared(_ entry: UInt64) -> UInt64 { foldedProduct(entry ^ third, second) }

    /// A row is due at some time.
    @inline(__always)
    func due(_ rowIndex: UInt32) -> UInt64 { foldedProduct(UInt64(rowIndex) ^ fourth, first) }

    /// An id has a row.
    @inline(__always)
    func idEntry(_ id: UInt32, rowIndex: UInt32) -> UInt64 {
        foldedProduct((UInt64(id) | UInt64(rowIndex) << 32) ^ second, fourth)
    }

    /// A row is of an exchange.
    @inline(__always)
    func member(_ rowIndex: UInt32, exchange: UInt64) -> UInt64 {
        foldedProduct(UInt64(rowIndex) ^ third, exchange ^ first)
    }

    /// A live row is of an exchange.
    @inline(__always)
    func active(exchange: UInt64) -> UInt64 { foldedProduct(exchange ^ fourth, third) }
}
