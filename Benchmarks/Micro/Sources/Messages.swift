import ReferenceData
import SymbologyWire

/// Writing and reading of the hot messages, from and to memory.
enum Messages {
    private static let names = [
        "write a ResolveSymbol request", "write a SymbolResolution answer", "frame and read a request and its key",
        "frame, check and read an answer",
    ]
    /// Messages of one buffer: 64 KB of requests, as a server reads them in one turn.
    private static let frameCount = 1_024
    private static let repeatCount = 64

    static func register(order: Int) {
        let contest = Contest("messages", fileName: "1-micro-\(order)0-messages") {
            let requestByteCount = WireLayout.ResolveSymbol.frameByteCount
            let answerByteCount = WireLayout.SymbolResolution.frameByteCount
            let requests = UnsafeMutableRawBufferPointer.allocate(
                byteCount: frameCount * requestByteCount, alignment: 64)
            let answers = UnsafeMutableRawBufferPointer.allocate(byteCount: frameCount * answerByteCount, alignment: 64)
            let symbol = Array("BTC_USDT".utf8)
            let count = frameCount * repeatCount
            return [
                Contender(key: "message.request.write", name: names[0], count: count) {
                    for index in 0..<count {
                        ResolveSymbolView.write(
                            to: requests.baseAddress! + index % frameCount * requestByteCount,
                            requestId: UInt32(index), exchangeId: 2, symbolText: symbol)
                    }
                    return UInt64(requests[100])
                },
                Contender(key: "message.answer.write", name: names[1], count: count) {
                    for index in 0..<count {
                        SymbolResolutionView.write(
                            to: answers.baseAddress! + index % frameCount * answerByteCount, requestId: UInt32(index),
                            status: .ok, flags: [.active, .exchangeActive], exchangeId: 2, symbolId: UInt32(index) | 1,
                            pricePrecision: 2,
                            basePrecision: 8, quotePrecision: 8, generation: 7)
                    }
                    return UInt64(answers[100])
                },
                Contender(key: "message.request.read", name: names[2], count: count) {
                    readRequests(UnsafeRawBufferPointer(requests))
                },
                Contender(key: "message.answer.read", name: names[3], count: count) {
                    readAnswers(UnsafeRawBufferPointer(answers))
                },
            ]
        }
        contest.register(names: names)
    }

    private static func readRequests(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<repeatCount {
            var offset = 0
            while case .frame(let byteCount) = Framing.nextRequest(UnsafeRawBufferPointer(rebasing: bytes[offset...])) {
                let frame = bytes.baseAddress! + offset
                let view = ResolveSymbolView(frame)
                let key = SymbolKey(frameBytes: frame + WireLayout.ResolveSymbol.exchangeId)
                sum &+= UInt64(view.requestId) &+ UInt64(key.exchangeId)
                offset += byteCount
            }
        }
        return sum
    }

    private static func readAnswers(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<repeatCount {
            var offset = 0
            while case .frame(let byteCount) = Framing.nextResponse(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
            {
                let view = SymbolResolutionView(bytes.baseAddress! + offset)
                if view.fault() == nil { sum &+= UInt64(view.symbolId) }
                offset += byteCount
            }
        }
        return sum
    }
}
