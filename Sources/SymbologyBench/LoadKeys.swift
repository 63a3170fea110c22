import Glibc
import Platform
import ReferenceData
import SymbologyWire

/// Every request of a run, prepared: one block of frames that lack only their request id, and the order to send them
/// in.
///
/// Immutable once made. Nothing that a request needs is computed, drawn or allocated while the load runs.
final class LoadKeys: @unchecked Sendable {
    /// Listed keys first, then those that nothing is listed under.
    let keys: [SymbolKey]
    let hitKeyCount: Int
    /// `keys.count` frames of `WireLimits.requestByteCount` bytes.
    let frames: UnsafeMutableRawPointer
    /// Indexes into `keys`; a power of two of them.
    let draws: UnsafeMutablePointer<UInt32>
    let drawMask = BenchLimits.drawCount - 1

    private static let zipfExponent = 0.99

    /// - Parameters:
    ///   - symbols: what the server lists; at least one.
    ///   - missRatio: the share of requests for keys that are not listed, 0 to 1.
    init(symbols: [Symbol], distribution: KeyDistribution, missRatio: Double, seed: UInt64) {
        precondition(!symbols.isEmpty, "without a symbol there is nothing to ask for")
        var random = SplitMix64(seed: seed)
        var keys = symbols.prefix(BenchLimits.keyCountMax).compactMap {
            SymbolKey(exchangeId: $0.exchangeId, symbol: $0.symbolString)
        }
        hitKeyCount = keys.count
        if missRatio > 0 { keys += Self.missKeys(besides: keys) }
        self.keys = keys
        frames = Self.prepareFrames(keys)
        draws = UnsafeMutablePointer.allocate(capacity: BenchLimits.drawCount)
        // Which keys are the frequent ones must not depend on their ids, by which they may lie in memory.
        let ranked = Array(0..<UInt32(hitKeyCount)).shuffled(using: &random)
        let weights = distribution == .zipf ? Self.cumulatedZipf(hitKeyCount) : []
        for index in 0..<BenchLimits.drawCount {
            if missRatio > 0, Double.random(in: 0..<1, using: &random) < missRatio {
                draws[index] = UInt32(Int.random(in: hitKeyCount..<keys.count, using: &random))
            } else if weights.isEmpty {
                draws[index] = ranked[Int.random(in: 0..<hitKeyCount, using: &random)]
            } else {
                draws[index] =
                    ranked[Self.rank(Double.random(in: 0..<weights[hitKeyCount - 1], using: &random), weights)]
            }
        }
    }

    deinit {
        frames.deallocate()
        draws.deallocate()
    }

    /// Keys of exchanges that exist, and of symbols that do not.
    private static func missKeys(besides listed: [SymbolKey]) -> [SymbolKey] {
        let known = Set(listed)
        var missing: [SymbolKey] = []
        var number = 0
        while missing.count < min(listed.count, BenchLimits.missKeyCountMax) {
            let exchangeId = listed[number % listed.count].exchangeId
            if let key = SymbolKey(exchangeId: exchangeId, symbol: "~MISSING_\(number)"), !known.contains(key) {
                missing.append(key)
            }
            number += 1
        }
        return missing
    }

    private static func prepareFrames(_ keys: [SymbolKey]) -> UnsafeMutableRawPointer {
        let frames = UnsafeMutableRawPointer.allocate(
            byteCount: keys.count * WireLimits.requestByteCount, alignment: 64)
        for (index, key) in keys.enumerated() {
            let frame = frames + index * WireLimits.requestByteCount
            ResolveSymbolView.writeHeader(to: frame, requestId: 0)
            key.copyBytes(to: frame + WireLimits.keyBytes.lowerBound)
        }
        return frames
    }

    private static func cumulatedZipf(_ count: Int) -> [Double] {
        var sum = 0.0
        return (1...count).map { rank in
            sum += 1 / pow(Double(rank), zipfExponent)
            return sum
        }
    }

    /// The first rank whose cumulated weight exceeds the draw.
    private static func rank(_ draw: Double, _ weights: [Double]) -> Int {
        var (low, high) = (0, weights.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if weights[middle] > draw { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
