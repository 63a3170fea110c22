import AllocationCounter
import Glibc

/// What one proof found: how many lookups ran while allocations were counted, and how many those were.
struct Finding {
    var lookupCount = 0
    /// Of those, answered with ids: lookups that find nothing would prove little.
    var hitCount = 0
    /// Allocations of the thread that looked up.
    var allocationCount: UInt64 = 0
    /// Allocations of all threads, where others take part.
    var processAllocationCount: UInt64 = 0

    /// Counts what `body` allocates on this thread, and on all threads.
    mutating func count(_ body: () throws -> Void) rethrows {
        allocation_counter_begin_process()
        allocation_counter_begin()
        defer {
            allocationCount += allocation_counter_end()
            processAllocationCount += allocation_counter_end_process()
        }
        try body()
    }
}

/// Proofs by name; each runs its lookups once unobserved, because a program allocates what it needs once (metadata,
/// buffers) the first time, and then counts.
enum Proof: String, CaseIterable {
    case canary
    case snapshot
    case resolver
    case client
    case replica

    /// Lookups of each proof, from which each of its parts gets its share.
    static let lookupCountMin = 1_000_000

    func run() throws -> Finding {
        switch self {
        case .canary: try Canary.run()
        case .snapshot: try SnapshotProof.run()
        case .resolver: try ResolverProof.run()
        case .client: try ClientProof.run()
        case .replica: try ReplicaProof.run()
        }
    }
}

@main
enum Program {
    /// `AllocationProof NAME` prints one line and exits 0 when nothing was allocated; the canary must allocate.
    static func main() {
        let names = CommandLine.arguments.dropFirst()
        let proofs = names.isEmpty ? Proof.allCases : names.compactMap { Proof(rawValue: $0) }
        var isProved = !proofs.isEmpty && proofs.count >= names.count
        for proof in proofs {
            do {
                let finding = try proof.run()
                print(
                    "\(proof.rawValue): lookups=\(finding.lookupCount) hits=\(finding.hitCount)"
                        + " allocations=\(finding.allocationCount) process=\(finding.processAllocationCount)")
                if proof != .canary { isProved = isProved && finding.processAllocationCount == 0 }
                if proof != .canary { isProved = isProved && finding.allocationCount == 0 }
            } catch {
                print("\(proof.rawValue): \(error)")
                isProved = false
            }
        }
        exit(isProved ? 0 : 1)
    }
}
