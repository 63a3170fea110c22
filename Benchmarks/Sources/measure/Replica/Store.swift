import CStores
import ReferenceData

/// A peer in the process, filled with the keys and answers of a snapshot.
final class Store {
    /// The key of its figures.
    let key: String
    let name: String
    private let handle: OpaquePointer

    /// The LMDB file lies at `path`.
    static func all(path: String, keys: [SymbolKey], answers: [SymbolResolution]) throws -> [Store] {
        let answers = answers.map { answer in
            withUnsafeBytes(of: answer) { store_answer(copying: $0) }
        }
        return try [
            ("absl", "absl::flat_hash_map", store_absl), ("unordered", "std::unordered_map", store_unordered),
            ("lmdb", "LMDB", store_lmdb),
        ].map { key, name, kind in
            guard
                let handle = keys.withUnsafeBytes({
                    store_make(
                        kind, path, $0.baseAddress, MemoryLayout<SymbolKey>.stride, answers, answers.count)
                })
            else { throw BenchmarkError("\(name) cannot be filled") }
            let store = Store(key, name, handle)
            guard zip(keys, answers).allSatisfy({ store.holds($0, $1) }) else {
                throw BenchmarkError("\(name) answers otherwise than the snapshot")
            }
            return store
        }
    }

    private init(_ key: String, _ name: String, _ handle: OpaquePointer) {
        self.key = key
        self.name = name
        self.handle = handle
    }

    deinit { store_free(handle) }

    private func holds(_ key: SymbolKey, _ expected: store_answer) -> Bool {
        var answer = store_answer()
        let isThere = withUnsafeBytes(of: key) { store_find(handle, $0.baseAddress, &answer) } != 0
        return isThere && answer.identity == expected.identity && answer.precisions == expected.precisions
            && answer.generation == expected.generation
    }

    /// Looks up all of them, one after the other.
    func sum(_ keys: [SymbolKey]) -> UInt64 {
        keys.withUnsafeBytes { store_sum(handle, $0.baseAddress, MemoryLayout<SymbolKey>.stride, keys.count) }
    }
}

extension store_answer {
    /// They lie alike: a peer copies as many bytes as Symbology.
    fileprivate init(copying answer: UnsafeRawBufferPointer) {
        precondition(MemoryLayout<store_answer>.size == answer.count)
        self = answer.loadUnaligned(as: store_answer.self)
    }
}
