// The decimals by their names. They are stored packed (`DecimalColumns`).

extension SymbolRecord {
    /// What one contract is of: base assets for a linear contract or an option, quote assets for an inverse perpetual
    /// or future, settle assets for a quanto one. Absent for a spot symbol.
    @inlinable public var contractSize: DecimalValue {
        get { decimals[0] }
        set { decimals[0] = newValue }
    }

    /// The price at which an option may be exercised; absent for anything else.
    @inlinable public var strike: DecimalValue {
        get { decimals[1] }
        set { decimals[1] = newValue }
    }

    /// The smallest order, in base units; absent where the venue names none. Of a contract, in contracts.
    @inlinable public var minOrderSize: DecimalValue {
        get { decimals[2] }
        set { decimals[2] = newValue }
    }

    /// The largest order, in base units; absent where the venue names none. Of a contract, in contracts.
    @inlinable public var maxOrderSize: DecimalValue {
        get { decimals[3] }
        set { decimals[3] = newValue }
    }

    /// The step of a price, in quote units; absent where the venue names none.
    @inlinable public var tickSize: DecimalValue {
        get { decimals[4] }
        set { decimals[4] = newValue }
    }

    /// The step of a quantity, in base units; absent where the venue names none. Of a contract, in contracts.
    @inlinable public var stepSize: DecimalValue {
        get { decimals[5] }
        set { decimals[5] = newValue }
    }

    /// The smallest order by value, price times quantity, in quote units; absent where the venue names none.
    @inlinable public var minNotional: DecimalValue {
        get { decimals[6] }
        set { decimals[6] = newValue }
    }

    /// The decimals by number, in the order of `SymbolColumn`.
    ///
    /// For what runs for each row: allocates nothing, and looks into no table.
    package subscript(decimal number: Int) -> DecimalValue {
        @inline(__always)
        get { decimals[number] }
        @inline(__always)
        set { decimals[number] = newValue }
    }

    /// Where the mantissa of a decimal stands, and its exponent.
    static func mantissaOffset(decimal number: Int) -> Int { decimalsOffset + DecimalColumns.mantissaOffset(number) }
    static func exponentOffset(decimal number: Int) -> Int { decimalsOffset + DecimalColumns.exponentOffset(number) }
    /// The decimal whose mantissa stands there.
    static func decimal(atMantissaOffset offset: Int) -> Int {
        DecimalColumns.number(atMantissaOffset: offset - decimalsOffset)
    }

    private static var decimalsOffset: Int { MemoryLayout<SymbolRecord>.offset(of: \.decimals)! }
}
