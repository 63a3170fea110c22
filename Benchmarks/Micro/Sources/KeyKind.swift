import Measuring
import ReferenceData

/// One kind of prepared key. A type rather than closures, so that the loops are compiled for each kind and call nothing
/// but the lookup.
protocol KeyKind {
    associatedtype Key: BitwiseCopyable
    static var name: String { get }
    /// What the symbols are whose keys these are.
    static var shape: Fixture.Shape { get }
    static func hit(_ record: SymbolRecord) -> Key
    static func miss(_ number: Int, _ record: SymbolRecord) -> Key
    static func resolve(_ snapshot: Snapshot, _ key: Key) -> SymbolResolution
    static func resolve(
        _ snapshot: Snapshot, _ keys: UnsafeBufferPointer<Key>, into results: UnsafeMutablePointer<SymbolResolution>)
}

/// A venue and its own symbol string.
enum SymbolKeys: KeyKind {
    static let name = "symbol"

    static func hit(_ record: SymbolRecord) -> SymbolKey { record.symbolKey }

    static func miss(_ number: Int, _ record: SymbolRecord) -> SymbolKey {
        SymbolKey(exchangeId: record.exchangeId, symbol: GeneratedSymbol.missing(index: number))!
    }

    @inline(__always)
    static func resolve(_ snapshot: Snapshot, _ key: SymbolKey) -> SymbolResolution { snapshot.resolve(key) }

    @inline(__always)
    static func resolve(
        _ snapshot: Snapshot, _ keys: UnsafeBufferPointer<SymbolKey>,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        snapshot.resolve(
            symbolKeys: keys.baseAddress!, strideByteCount: MemoryLayout<SymbolKey>.stride, count: keys.count,
            into: results)
    }
}

extension KeyKind {
    static var shape: Fixture.Shape { .mixed }
}

/// A venue and a unified name.
enum NameKeys: KeyKind {
    static let name = "name"
    static let shape = Fixture.Shape.options

    /// Every symbol of this shape has one.
    static func hit(_ record: SymbolRecord) -> NameKey { record.nameKey! }

    static func miss(_ number: Int, _ record: SymbolRecord) -> NameKey {
        NameKey(exchangeId: record.exchangeId, name: GeneratedSymbol.missingName(index: number))!
    }

    @inline(__always)
    static func resolve(_ snapshot: Snapshot, _ key: NameKey) -> SymbolResolution { snapshot.resolve(key) }

    @inline(__always)
    static func resolve(
        _ snapshot: Snapshot, _ keys: UnsafeBufferPointer<NameKey>,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        snapshot.resolve(
            nameKeys: keys.baseAddress!, strideByteCount: MemoryLayout<NameKey>.stride, count: keys.count,
            into: results)
    }
}

/// A venue, a base and a quote asset.
enum PairKeys: KeyKind {
    static let name = "pair"

    static func hit(_ record: SymbolRecord) -> PairKey { record.pairKey }

    static func miss(_ number: Int, _ record: SymbolRecord) -> PairKey {
        PairKey(exchangeId: record.exchangeId, base: GeneratedSymbol(index: number).base, quote: "NONE")!
    }

    @inline(__always)
    static func resolve(_ snapshot: Snapshot, _ key: PairKey) -> SymbolResolution { snapshot.resolve(key) }

    @inline(__always)
    static func resolve(
        _ snapshot: Snapshot, _ keys: UnsafeBufferPointer<PairKey>,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        snapshot.resolve(
            pairKeys: keys.baseAddress!, strideByteCount: MemoryLayout<PairKey>.stride, count: keys.count,
            into: results)
    }
}
