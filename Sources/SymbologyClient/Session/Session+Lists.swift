import Platform
import ReferenceData
import SymbologyWire

/// The end of a list, or of a page of it.
struct ListEnd {
    let status: ResolutionStatus
    let hasMore: Bool
    /// The id after which the next page begins, in lists by id.
    let resumeAfterId: UInt32
    let generation: UInt64
}

/// The request for one page of a list.
struct PageRequest<Position> {
    /// The page begins after it.
    let position: Position
    /// The most rows that are wanted.
    let countMax: UInt32
    /// The generation of the pages before; 0 for the first page.
    let generation: UInt64
}

extension Session {
    /// Records of a list after which the clock is looked at: they arrive many at a time.
    private static let recordsBetweenLooks: UInt32 = 1_024

    /// Sends one request and reads the records of its answer up to their end.
    func readRecords<View: MessageView>(
        _ operation: StaticString, by deadline: Deadline, _ write: (UnsafeMutableRawPointer, UInt32) -> Void,
        _ take: (View) throws(ClientError) -> Void
    ) throws(ClientError) -> ListEnd {
        var answer = try ask(operation, by: deadline, write)
        let requestId = FrameHeaderView(answer.frame).requestId
        var count: UInt32 = 0
        while answer.template == View.template {
            try take(View(answer.frame))
            count += 1
            if count % Self.recordsBetweenLooks == 0 { try checkTime(operation, by: deadline) }
            answer = try self.answer(to: requestId, operation, by: deadline)
        }
        let view: EndOfListView = try expect(answer)
        guard view.count == count else {
            throw violation("a list of \(count) records ended with the count \(view.count)")
        }
        return ListEnd(
            status: try known(view.status, in: view), hasMore: view.moreFollow, resumeAfterId: view.resumeAfterId,
            generation: view.generation)
    }

    /// Reads a list page by page until nothing more is wanted or there, all of one generation.
    ///
    /// - Parameters:
    ///   - start: where the first page begins.
    ///   - restart: forgets what was taken: the tables moved on, and the list begins again.
    ///   - countWanted: how many more rows are wanted; the list ends with the page after which there are none.
    ///   - write: writes the request of a page.
    ///   - take: takes one record, and returns its row.
    ///   - next: where the page after this one begins, given its last row; nil when that is no further on.
    func readPages<View: MessageView, Row, Position>(
        _ operation: StaticString, after start: Position, by deadline: Deadline, restart: () -> Void,
        countWanted: () -> Int, write: (UnsafeMutableRawPointer, UInt32, PageRequest<Position>) -> Void,
        take: (View) throws(ClientError) -> Row, next: (ListEnd, Row?, Position) -> Position?
    ) throws(ClientError) -> ListEnd {
        try untilOneGeneration("a list of one generation", by: deadline) { () throws(ClientError) in
            restart()
            var page = PageRequest(position: start, countMax: UInt32(clamping: countWanted()), generation: 0)
            while true {
                var last: Row?
                let end = try readRecords(operation, by: deadline) { frame, requestId in
                    write(frame, requestId, page)
                } _: { (view: View) throws(ClientError) in
                    last = try take(view)
                }
                // On the first page: the row behind which the list is to begin is gone, and asking again is no use.
                if end.status == .generationGone, page.generation != 0 { return nil }
                let position = next(end, last, page.position)
                if end.hasMore, position == nil { throw violation("a page that does not go on") }
                guard let position, end.hasMore, end.status == .ok, countWanted() > 0 else { return end }
                page = PageRequest(
                    position: position, countMax: UInt32(clamping: countWanted()), generation: end.generation)
            }
        }
    }

    /// Reads a list of rows, at most `countMax`; otherwise as `readPages`.
    func readRows<View: MessageView, Row, Position>(
        _ operation: StaticString, after start: Position, countMax: Int, by deadline: Deadline,
        write: (UnsafeMutableRawPointer, UInt32, PageRequest<Position>) -> Void,
        row: (View) throws(ClientError) -> Row, next: (ListEnd, Row?, Position) -> Position?
    ) throws(ClientError) -> (page: Page<Row>, generation: UInt64) {
        var rows: [Row] = []
        let end = try readPages(
            operation, after: start, by: deadline, restart: { rows = [] }, countWanted: { countMax - rows.count },
            write: write,
            take: { (view: View) throws(ClientError) in
                let row = try row(view)
                rows.append(row)
                return row
            }, next: next)
        return (Page(status: end.status, rows: rows, hasMore: end.hasMore), end.generation)
    }

    /// Reads symbols from a list that has one page.
    func readSymbols(
        _ operation: StaticString, by deadline: Deadline, _ write: (UnsafeMutableRawPointer, UInt32) -> Void
    ) throws(ClientError) -> (page: SymbolPage, generation: UInt64) {
        var rows: [Symbol] = []
        let end = try readRecords(operation, by: deadline, write) { (view: SymbolRecordView) throws(ClientError) in
            rows.append(try symbol(view))
        }
        return (Page(status: end.status, rows: rows, hasMore: end.hasMore), end.generation)
    }

    /// Makes attempts until the answer of one is of one generation as a whole.
    ///
    /// - Parameter attempt: returns nil when the tables moved on while it was made.
    /// - Throws: `timeout` when the deadline has passed after an attempt.
    func untilOneGeneration<Value>(
        _ operation: StaticString, by deadline: Deadline, _ attempt: () throws(ClientError) -> Value?
    ) throws(ClientError) -> Value {
        while true {
            if let value = try attempt() { return value }
            try checkTime(operation, by: deadline)
        }
    }
}
