/// The decimals of a record by number, in the order of `SymbolColumn`: all mantissas, then all exponents. One behind
/// another, as values of 16 bytes, they would take nearly twice the memory, of which a load touches a million.
@frozen
@usableFromInline
package struct DecimalColumns: Sendable, BitwiseCopyable {
    @usableFromInline var mantissas: InlineArray<7, Int64>
    @usableFromInline var exponents: InlineArray<7, Int8>

    @inline(__always)
    init(mantissas: InlineArray<7, Int64>, exponents: InlineArray<7, Int8>) {
        self.mantissas = mantissas
        self.exponents = exponents
    }

    @inlinable
    package subscript(number: Int) -> DecimalValue {
        @inline(__always)
        get { DecimalValue(storedMantissa: mantissas[number], exponent: exponents[number]) }
        @inline(__always)
        set {
            mantissas[number] = newValue.mantissa
            exponents[number] = newValue.exponent
        }
    }

    /// Where the mantissa of a decimal stands from the first one on, and its exponent.
    static func mantissaOffset(_ number: Int) -> Int { number * MemoryLayout<Int64>.size }
    static func exponentOffset(_ number: Int) -> Int { mantissaOffset(SymbolRecord.decimalCount) + number }
    /// The decimal whose mantissa stands there.
    static func number(atMantissaOffset offset: Int) -> Int { offset / MemoryLayout<Int64>.size }
}

extension DecimalColumns: Hashable {
    @usableFromInline
    package static func == (left: DecimalColumns, right: DecimalColumns) -> Bool {
        withUnsafeBytes(of: left) { left in
            withUnsafeBytes(of: right) { right in
                areEqual(left.baseAddress!, right.baseAddress!, byteCount: left.count)
            }
        }
    }

    @usableFromInline
    package func hash(into hasher: inout Hasher) {
        withUnsafeBytes(of: self) { hasher.combine(bytes: $0) }
    }
}
