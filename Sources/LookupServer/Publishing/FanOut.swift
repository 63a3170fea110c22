/// Whose turn it is to be handed pushes, on one serving thread: work in bounded pieces, between which the others read
/// and are answered.
///
/// A subscriber is a position in the sequence of changes (`Connection.pushedSequence`) and nothing else: what it has
/// not been handed lies in the history, which all share. One whose socket is full waits for it, not here.
struct FanOut {
    /// Those before `first` had their turn.
    private var waiting: [Connection] = []
    private var first = 0

    var isEmpty: Bool { first == waiting.count }

    /// Once, however often it is asked for before its turn.
    mutating func append(_ connection: Connection) {
        guard !connection.awaitsPushes else { return }
        connection.awaitsPushes = true
        waiting.append(connection)
    }

    /// The next one; it may have ended, or belong to another client, since it was put here.
    mutating func popFirst() -> Connection? {
        guard first < waiting.count else { return nil }
        let connection = waiting[first]
        first += 1
        if first == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            first = 0
        } else if first > waiting.count / 2 + FanOut.keptCountMax {
            waiting.removeFirst(first)
            first = 0
        }
        connection.awaitsPushes = false
        return connection
    }

    /// So many that had their turn may lie before the others without being taken out.
    private static let keptCountMax = 1_024
}
