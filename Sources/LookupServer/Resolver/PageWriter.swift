import ReferenceData
import SymbologyWire

/// A page of rows under way. What a list finds goes in here; `Resolver.page` does the rest.
struct PageWriter {
    /// Most rows of this page; the buffer has room for them.
    let countMax: Int
    let limits: ServerLimits
    let requestId: UInt32
    let generation: UInt64
    let extraFlags: ResolutionFlags
    var answers: AnswerBuffer
    /// Units of work of the page, besides one for each row.
    var work = 0

    mutating func append(_ record: SymbolRecord, _ flags: ResolutionFlags) { answers.append(record, head(flags)) }

    mutating func append(_ exchange: Exchange, _ flags: ResolutionFlags) { answers.append(exchange, head(flags)) }

    mutating func append(_ asset: AssetText, exchangeId: UInt16, baseSymbolCount: Int, quoteSymbolCount: Int) {
        asset.withUnsafeBytes {
            AssetRecordView.write(
                to: answers.end, requestId: requestId, exchangeId: exchangeId, asset: $0,
                baseSymbolCount: UInt32(clamping: baseSymbolCount),
                quoteSymbolCount: UInt32(clamping: quoteSymbolCount), generation: generation)
        }
        answers.advance(WireLayout.AssetRecord.frameByteCount)
    }

    mutating func append(_ row: RefusedRow, isLastGoodServed: Bool) {
        answers.append(row, isLastGoodServed: isLastGoodServed, requestId: requestId, generation: generation)
    }

    private func head(_ flags: ResolutionFlags) -> AnswerHead {
        AnswerHead(
            requestId: requestId, status: flags.contains([.active, .exchangeActive]) ? .ok : .inactive,
            flags: flags.union(extraFlags), generation: generation)
    }
}
