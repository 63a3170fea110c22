import Glibc

/// Where a peer is reached.
enum Transport: String, CaseIterable, Codable {
    case unix
    case tcp
}

/// A server in the comparison: how it is started, filled, asked, and what its answer must be.
///
/// Every protocol here has answers whose length is known once the keys are known; that is what lets one client loop
/// serve all of them.
protocol Peer {
    var name: String { get }
    /// Whether the server itself can be told to spin. Peers that cannot are asked by a spinning client all the same.
    var canSpin: Bool { get }
    /// Arguments of the process, the first being the executable; empty where one is already running.
    func command(transport: Transport, spin: Bool) -> [String]
    /// Fills the server with the key set, over a connected socket. Peers that read it from the database do nothing.
    func fill(_ connection: Connection, keys: KeySet) throws
    /// Greets the server on a new connection, where its protocol asks for that. Returns the process that answers it,
    /// where that is not the one `command` starts.
    func greet(_ connection: Connection) throws -> pid_t?
    /// One request for these keys, and how many bytes answer it.
    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int)
    /// The symbol ids that an answer holds, for checking a batch before measuring; nil where the peer looks nothing up.
    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]?
}

extension Peer {
    func fill(_ connection: Connection, keys: KeySet) throws {}
    func greet(_ connection: Connection) throws -> pid_t? { nil }

    func ring(depth: Int, keys: KeySet, seed: UInt64) -> BatchRing {
        let ring = BatchRing()
        let batchCount = max(16, 16_384 / depth)
        let indexes = keys.sequence(count: batchCount * depth, seed: seed)
        for batch in 0..<batchCount {
            let encoded = encode(indexes[batch * depth..<(batch + 1) * depth], of: keys)
            ring.append(request: encoded.request, answerByteCount: encoded.answerByteCount)
        }
        return ring
    }
}
