/// The first position in `0..<count` for which `isBefore` is false; it must be true up to there. O(log count).
@inline(__always)
func partitionPoint(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
        let middle = (low + high) / 2
        if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
}

/// The end of a run of positions that begins at `start`, which is in it: by doubling steps, then by halving. O(log
/// run).
@inline(__always)
func runEnd(_ start: Int, before end: Int, _ isInRun: (Int) -> Bool) -> Int {
    var step = 1
    while step < end - start, isInRun(start + step) { step *= 2 }
    let low = start + step / 2
    return low + partitionPoint(min(start + step, end) - low) { isInRun(low + $0) }
}
