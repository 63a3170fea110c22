extension SymbolRecord {
    /// The same symbol with the digits that nobody gave: those of the increment (of the tick for a price, of the step
    /// for a quantity), else the exchange's default, else unknown. `derivedDigits` then says which they are.
    ///
    /// Whatever was derived before is derived anew, so doing it twice is doing it once. Allocates nothing.
    /// - Parameter precisionDefault: `exchanges.precision_default`; nil where nobody set one.
    public func derivingDigits(precisionDefault: UInt8?) -> SymbolRecord {
        var record = self
        var derived: DerivedDigits = isInferred ? .inferred : []
        func derive(_ digit: DerivedDigits, _ given: UInt8, from increment: DecimalValue) -> UInt8 {
            if given != Self.unknownPrecision, !derivedDigits.contains(digit) { return given }
            guard let digits = increment.fractionDigitCount ?? precisionDefault else { return Self.unknownPrecision }
            derived.insert(digit)
            return digits
        }
        record.precisionPrice = derive(.pricePrecision, precisionPrice, from: tickSize)
        record.precisionBase = derive(.basePrecision, precisionBase, from: stepSize)
        record.precisionQuote = derive(.quotePrecision, precisionQuote, from: .absent)
        record.derivedDigits = derived
        return record
    }
}

extension DecimalValue {
    /// Digits behind the point: 2 of 0.25, none of 10; nil where there is no number.
    var fractionDigitCount: UInt8? { isAbsent ? nil : UInt8(max(0, -Int(exponent))) }
}
