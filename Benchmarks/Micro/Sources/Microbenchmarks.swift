// What single operations cost in the process, without sockets: lookups by each index, hit and miss, alone and in
// batches, with prepared keys and with strings; messages; building, changing, writing and opening an image; search.
//
// Each benchmark is a contest: its contenders are measured in turn in every iteration (A B C A B C …), a batch of
// thousands of operations each, so that ratios are between neighbours in time. `benchmark` runs each contest in a
// process of its own and prints percentiles in picoseconds an operation; the same figures go as a report into the
// folder SYMBOLOGY_REPORTS, where `measure summary` finds them.
//
// What is measured is held in a `let` and looped over inside; keys are prepared and shuffled beforehand; answers are
// added up, so that nothing is optimised away. A benchmark that fails its own check of the answers stops.

import Benchmark

let benchmarks: @Sendable () -> Void = {
    for (order, size) in [10_000, 1_000_000].enumerated() {
        KeyLookups.register(size: size, order: 10 + order)
        OtherLookups.register(size: size, order: 20 + order)
        Searches.register(size: size, order: 40 + order)
        Images.register(size: size, order: 50 + order)
    }
    Messages.register(order: 30)
}
