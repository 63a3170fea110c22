/// How much of what is served one read may take away, or give another id, without somebody's yes.
public struct ShrinkLimit: Sendable, Hashable {
    /// The share of the symbols served that may vanish, and of those whose key may go on under a new id, as after a
    /// DELETE and an INSERT, or after a whole load has other terms under its id.
    public var percentMax: Int
    /// The share of the symbols served whose ids may change in a way in which no database changes them by itself: an id
    /// that means another symbol after a whole load, or whose symbol such a load had lost, or any other change of an id
    /// in another database.
    public var strangePercentMax: Int
    /// So many may always vanish: tables with few symbols lose most of them in everyday work.
    public var vanishingCountMin = 100

    /// Both in percent, from 0 to 100.
    public init(percentMax: Int = 50, strangePercentMax: Int = 0) {
        self.percentMax = percentMax
        self.strangePercentMax = strangePercentMax
    }

    /// Whether so many symbols fewer, of so many, are too many.
    func forbids(vanishing count: Int, of total: Int) -> Bool {
        count > vanishingCountMin && count * 100 > total * percentMax
    }

    /// - Parameters:
    ///   - isWhole: everything was read, not what changed within a session that saw every change.
    ///   - isOther: from another database than before.
    func forbids(_ departure: Departure, of total: Int, isWhole: Bool, isOther: Bool) -> Bool {
        let strange = departure.strangeCount(isWhole: isWhole, isOther: isOther)
        if strange * 100 > total * strangePercentMax { return true }
        if isWhole { return departure.changingIdCount * 100 > total * percentMax }
        return forbids(vanishing: departure.reusedCount + departure.movedCount, of: total)
    }
}
