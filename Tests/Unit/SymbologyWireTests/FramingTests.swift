import TestSupport
import Testing

@testable import SymbologyWire

@Suite struct FramingTests {
    /// Frames of a stream as `Framing` cuts them when the bytes arrive in the given pieces.
    private func cut(
        _ stream: [UInt8], at splits: [Int], by next: (UnsafeRawBufferPointer) -> FramingStep
    ) -> [FramingStep] {
        var steps: [FramingStep] = []
        var pending: [UInt8] = []
        var start = 0
        for end in splits + [stream.count] {
            pending += stream[start..<end]
            start = end
            reading: while true {
                let step = pending.withUnsafeBytes(next)
                switch step {
                case .needMore: break reading
                case .frame(let byteCount):
                    steps.append(step)
                    pending.removeFirst(byteCount)
                case .invalid: return steps + [step]
                }
            }
        }
        return pending.isEmpty ? steps : steps + [.needMore]
    }

    @Test func requestsAreCutAlikeAtEverySplit() throws {
        let requests = try Vector.all().filter { $0.vector.template < 100 }
        let stream = requests.flatMap { $0.vector.frame }
        let whole = cut(stream, at: [], by: Framing.nextRequest)
        #expect(whole == requests.map { .frame(byteCount: $0.vector.frame.count) })
        for split in 0...stream.count { #expect(cut(stream, at: [split], by: Framing.nextRequest) == whole) }
        #expect(cut(stream, at: Array(0..<stream.count), by: Framing.nextRequest) == whole)
    }

    @Test func responsesAreCutAlikeAtEverySplit() throws {
        let small = try Vector.all().filter { $0.vector.template > 100 && $0.vector.frame.count <= 512 }
        let stream = small.flatMap { $0.vector.frame }
        let whole = cut(stream, at: [], by: Framing.nextResponse)
        #expect(whole == small.map { .frame(byteCount: $0.vector.frame.count) })
        for split in 0...stream.count { #expect(cut(stream, at: [split], by: Framing.nextResponse) == whole) }
        #expect(cut(stream, at: Array(0..<stream.count), by: Framing.nextResponse) == whole)
    }

    /// Of a known request the block holds all fields; of an unknown one it is skipped.
    @Test(arguments: Template.allCases.filter(\.isRequest).map(\.rawValue) + [0, 99])
    func blockLengthsOfRequestsHaveBounds(template: UInt16) {
        let blockLengthMin = Template(rawValue: template).map { $0.frameByteCount - 8 } ?? 56
        for blockLength in Array(0...300) + [504, 760, 0x7FFF, .max] as [UInt16] {
            let bytes = header(blockLength: blockLength, template: template) + [UInt8](repeating: 0, count: 248)
            let expected: FramingStep =
                blockLength < blockLengthMin
                ? .invalid(.blockTooShort)
                : blockLength > 248 ? .invalid(.blockTooLong) : .frame(byteCount: 8 + Int(blockLength))
            let step = bytes.withUnsafeBytes(Framing.nextRequest)
            #expect(step == expected, "blockLength \(blockLength)")
        }
    }

    @Test func anotherSchemaIsInvalidAsSoonAsTheHeaderIsThere() {
        var bytes = header(blockLength: 56, template: 1)
        bytes[4] ^= 1
        for count in 0..<8 {
            #expect(Array(bytes[..<count]).withUnsafeBytes(Framing.nextRequest) == .needMore)
            #expect(Array(bytes[..<count]).withUnsafeBytes(Framing.nextResponse) == .needMore)
        }
        #expect(bytes.withUnsafeBytes(Framing.nextRequest) == .invalid(.wrongSchema))
        #expect(bytes.withUnsafeBytes(Framing.nextResponse) == .invalid(.wrongSchema))
    }

    @Test func longerBlocksAndOtherVersionsAreRead() throws {
        for (name, vector) in try Vector.all() {
            var frame = vector.frame + [UInt8](repeating: 0xAB, count: 16)
            let blockLength = UInt16(frame.count - 8)
            frame[0] = UInt8(truncatingIfNeeded: blockLength)
            frame[1] = UInt8(blockLength >> 8)
            frame[6] = 9
            let step = frame.withUnsafeBytes {
                vector.template < 100 ? Framing.nextRequest($0) : Framing.nextResponse($0)
            }
            #expect(step == .frame(byteCount: frame.count), "\(name)")
            let template = try #require(Template(rawValue: vector.template))
            #expect(MessageCodec.fault(template, frame) == nil, "\(name)")
            #expect(MessageCodec.read(template, frame) == MessageCodec.read(template, vector.frame), "\(name)")
        }
    }

    /// What the getters of fields ask that were added later: see `GeneratorTests`. The bytes of the next frame must not
    /// be taken for them.
    @Test func aFieldIsThereByTheLengthOrByTheVersion() throws {
        var frame = header(blockLength: 56, template: 108) + [UInt8](repeating: 0x11, count: 120)
        #expect(frame.withUnsafeBytes { $0.baseAddress!.frameReaches(64) && !$0.baseAddress!.frameReaches(65) })
        for version in [0, 1, 2, 3, 256, 65_535] as [UInt16] {
            (frame[6], frame[7]) = (UInt8(truncatingIfNeeded: version), UInt8(version >> 8))
            #expect(frame.withUnsafeBytes { $0.baseAddress!.isSince(2) } == (version >= 2), "\(version)")
        }
    }

    @Test func responsesShorterThanTheirTemplateAreInvalidAndUnknownOnesAreSkipped() {
        for template in Template.allCases where !template.isRequest {
            let bytes = header(blockLength: UInt16(template.frameByteCountMin - 9), template: template.rawValue)
            #expect(bytes.withUnsafeBytes(Framing.nextResponse) == .invalid(.blockTooShort), "\(template)")
            #expect(template.frameByteCountMin == template.frameByteCount)
        }
        let unknown = header(blockLength: 0, template: 999)
        #expect(unknown.withUnsafeBytes(Framing.nextResponse) == .frame(byteCount: 8))
    }

    @Test func randomBytesNeverTrapAndAlwaysDecide() {
        var generator = SeededGenerator()
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            // Half of them get a header that frames, so that the validators see random fields too.
            if bytes.count >= 64, Bool.random(using: &generator) {
                let template = Template.allCases.randomElement(using: &generator)!
                bytes.replaceSubrange(
                    0..<8, with: header(blockLength: UInt16(bytes.count - 8), template: template.rawValue))
            }
            bytes.withUnsafeBytes { buffer in
                for next in [Framing.nextRequest, Framing.nextResponse] {
                    guard case .frame(let byteCount) = next(buffer) else { continue }
                    #expect(byteCount <= buffer.count, "\(generator)")
                    let view = FrameHeaderView(buffer.baseAddress!)
                    guard let template = view.template, byteCount >= template.frameByteCountMin else { continue }
                    _ = FrameValidation.fault(of: template, at: buffer.baseAddress!)
                }
            }
        }
    }
}

private func header(blockLength: UInt16, template: UInt16) -> [UInt8] {
    [blockLength, template, WireLimits.schemaId, 0].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
}
