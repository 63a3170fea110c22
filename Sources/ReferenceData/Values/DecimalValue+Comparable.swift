extension DecimalValue: Comparable {
    /// By value, exactly; an absent one is before all others. Allocates nothing.
    public static func < (left: DecimalValue, right: DecimalValue) -> Bool {
        // Absent has the least mantissa there is, and no exponent.
        if left.exponent == right.exponent { return left.mantissa < right.mantissa }
        if left.isAbsent || right.isAbsent { return left.isAbsent }
        let (leftSign, rightSign) = (left.mantissa.signum(), right.mantissa.signum())
        if leftSign != rightSign { return leftSign < rightSign }
        if leftSign == 0 { return false }
        let (leftOrder, rightOrder) = (left.order, right.order)
        if leftOrder != rightOrder { return (leftOrder < rightOrder) == (leftSign > 0) }
        // Of one order of magnitude, so the exponents differ by less than the 18 digits of a mantissa.
        let least = min(left.exponent, right.exponent)
        return left.scaled(to: least) < right.scaled(to: least)
    }

    /// The power of ten above the value.
    private var order: Int {
        var (rest, count) = (mantissa.magnitude, 0)
        while rest > 0 {
            rest /= 10
            count += 1
        }
        return count + Int(exponent)
    }

    private func scaled(to least: Int8) -> Int128 {
        (least..<exponent).reduce(Int128(mantissa)) { scaled, _ in scaled * 10 }
    }
}
