import Platform
import ReferenceData
import SymbologyWire

// About the server itself.
extension LookupClient {
    /// How the server stands: its tables, its database, its counters. One round trip.
    ///
    /// ```swift
    /// let status = try client.status()
    /// print(status.symbolCount, "symbols of generation", status.generation)
    /// if !status.isDatabaseConnected { print("the database is away") }
    /// ```
    public func status() throws(ClientError) -> ServerStatus {
        try perform { (session, deadline) throws(ClientError) in try session.serverStatus(by: deadline) }
    }

    /// The rows of the database that cannot be served as they stand, exchanges first, each kind in id order, all of one
    /// generation, at most `limit`.
    public func refused(limit: Int = .max) throws(ClientError) -> RefusedPage {
        try list("list refused", exchange: nil, limit: limit) { (session, _, deadline) throws(ClientError) in
            try session.readRows(
                "list refused", after: (table: ReferenceKind.everything, id: Int64(0)), countMax: limit, by: deadline,
                write: { frame, requestId, page in
                    ListRefusedView.write(
                        to: frame, requestId: requestId, afterKind: page.position.table, countMax: page.countMax,
                        expectedGeneration: page.generation, afterId: page.position.id)
                },
                row: { (view: RefusedRecordView) throws(ClientError) in
                    guard let row = ResponseParsing.refused(view) else {
                        throw session.violation("a refused row of no known table")
                    }
                    return row
                },
                next: { _, last, after in
                    guard let last, (last.table, last.id) != after else { return nil }
                    return (last.table, last.id)
                })
        }
    }

    /// Asks for nothing and returns how long the answer took, in nanoseconds.
    @discardableResult
    public func ping() throws(ClientError) -> UInt64 {
        try perform { (session, deadline) throws(ClientError) in
            let start = MonotonicClock.nanoseconds()
            let pong: PongView = try session.ask("ping", by: deadline) {
                PingView.write(to: $0, requestId: $1, token: start)
            }
            guard pong.token == start else { throw session.violation("a pong for another ping") }
            return MonotonicClock.nanoseconds() - start
        }
    }

    /// The image file that the server answers from, by its path on the server's host; nil when there is none.
    public func image() throws(ClientError) -> ServerImage? {
        let image = try perform { (session, deadline) throws(ClientError) in
            try session.offeredImage(by: deadline)?.image
        }
        return image.flatMap { $0.path.isEmpty ? nil : $0 }
    }
}
