/// The row of an id before and after an edit.
struct RowChange: Keyed {
    let id: UInt32
    let before: ServedRow?
    let after: ServedRow?

    var key: UInt32 { id }

    /// The changes from one state of some rows to another, in id order.
    static func list(
        _ ids: Set<UInt32>, before: (UInt32) -> ServedRow?, after: (UInt32) -> ServedRow?
    ) -> [RowChange] {
        ids.sorted().compactMap { id in
            let change = RowChange(id: id, before: before(id), after: after(id))
            return ServedRow.areSame(change.before, change.after) ? nil : change
        }
    }

    /// The change as readers hear of it; nil when they need not.
    var announced: ReferenceChange? {
        let action: ReferenceAction
        switch (before, after) {
        case (nil, nil): return nil
        case (nil, _): action = .add
        case (_, nil): action = .remove
        case (let before?, let after?):
            if before.isLastGood == after.isLastGood, before.isDue == after.isDue,
                before.record.isSameDefinition(as: after.record)
            {
                return nil
            }
            action = .modify
        }
        return ReferenceChange(kind: .symbol, action: action, id: id)
    }
}
