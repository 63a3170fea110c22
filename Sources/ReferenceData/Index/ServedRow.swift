/// A symbol as an image holds it: the record, whether it outlived a newer version that was refused, and whether it is
/// active in the table but due.
struct ServedRow: Sendable, Keyed, BitwiseCopyable {
    var record: SymbolRecord
    var isLastGood: Bool
    var isDue: Bool

    var key: UInt32 { record.id }

    var isLive: Bool { record.isActive && !isDue }

    /// Whether both are the same in every column, also in those that no reader hears of.
    static func areSame(_ left: ServedRow?, _ right: ServedRow?) -> Bool {
        left?.record == right?.record && left?.isLastGood == right?.isLastGood
            && left?.isDue == right?.isDue
    }
}

extension SymbolRecord: Keyed {
    var key: UInt32 { id }
}
