import SymbologyWire
import TestSupport
import Testing

@Suite struct RoundTripTests {
    @Test func randomFieldsComeBack() {
        var generator = SeededGenerator()
        for layout in MessageLayout.all {
            for _ in 0..<200 {
                let values = randomValues(layout, &generator)
                let frame = MessageCodec.write(layout.template, values)
                // Compared before they are expected: a failure then prints the seed and not 8 KB of chunk.
                let (isReadBack, isDecoded) = (
                    MessageCodec.read(layout.template, frame) == values, layout.decode(frame) == values
                )
                #expect(isReadBack && isDecoded, "\(layout.name), \(generator)")
                #expect(MessageCodec.fault(layout.template, frame) == nil, "\(layout.name), \(generator)")
            }
        }
    }

    /// In a request padding is zero. Of an answer it is not looked at: a newer server has a field there.
    @Test func everyPaddingByteIsCheckedInRequestsAndPassedOverInAnswers() throws {
        for (name, vector) in try Vector.all() {
            let template = try #require(Template(rawValue: vector.template))
            for field in MessageLayout.of(template)!.fields where field.kind == .padding {
                for byteOffset in field.bytes {
                    var frame = vector.frame
                    frame[byteOffset] = 1
                    let expected: RejectReason? = template.isRequest ? .paddingNotZero : nil
                    #expect(MessageCodec.fault(template, frame) == expected, "\(name) byte \(byteOffset)")
                    let isPassedOver = MessageCodec.read(template, frame) == MessageCodec.read(template, vector.frame)
                    #expect(isPassedOver, "\(name) byte \(byteOffset)")
                }
            }
        }
    }

    @Test func everyTextIsChecked() throws {
        for (name, vector) in try Vector.all() where vector.message != "SnapshotChunk" {
            let template = try #require(Template(rawValue: vector.template))
            for field in MessageLayout.of(template)!.fields where field.kind == .text {
                var frame = vector.frame
                frame.replaceSubrange(field.bytes, with: [65, 0] + [UInt8](repeating: 66, count: field.byteCount - 2))
                #expect(MessageCodec.fault(template, frame) == .textNotPadded, "\(name) \(field.name)")
                frame.replaceSubrange(field.bytes, with: [UInt8](repeating: 0xC3, count: field.byteCount))
                #expect(MessageCodec.fault(template, frame) == .textNotUTF8, "\(name) \(field.name)")
                frame.replaceSubrange(field.bytes, with: [UInt8](repeating: 0, count: field.byteCount))
                let expected: RejectReason? = field.encoding.isOptional ? nil : .textEmpty
                #expect(MessageCodec.fault(template, frame) == expected, "\(name) \(field.name)")
                #expect(template.isRequest || field.encoding.isOptional, "\(name) \(field.name)")
            }
        }
    }

    /// In requests a value that the schema does not name is refused. An answer may have one that a newer server names:
    /// then there is no such value in Swift.
    @Test func everyEnumerationAndFlagIsChecked() throws {
        var checkedCount = 0
        for (name, vector) in try Vector.all() {
            let template = try #require(Template(rawValue: vector.template))
            for field in MessageLayout.of(template)!.fields {
                guard let choice = field.encoding.choice else { continue }
                for value in UInt8.min...UInt8.max {
                    var frame = vector.frame
                    frame[field.byteOffset] = value
                    let isRefused = template.isRequest && !choice.knows(Int128(value))
                    let expected: RejectReason? = isRefused ? .valueOutOfRange : nil
                    #expect(MessageCodec.fault(template, frame) == expected, "\(name) \(field.name) \(value)")
                }
                checkedCount += 1
            }
        }
        #expect(checkedCount > 20)
    }

    @Test func everyBoundOfANumberIsChecked() throws {
        var checkedCount = 0
        for layout in MessageLayout.all {
            let vector = try #require(try Vector.all().first { $0.vector.template == layout.templateId }).vector
            for field in layout.fields where field.encoding.minimum != nil || field.encoding.maximum != nil {
                let (minimum, maximum) = (field.encoding.minimum, field.encoding.maximum)
                for (value, isRight) in [
                    (minimum, true), (maximum, true), (minimum.map { $0 - 1 }, false), (maximum.map { $0 + 1 }, false),
                ] {
                    guard let value else { continue }
                    var frame = vector.frame
                    for (index, byteOffset) in field.bytes.enumerated() {
                        frame[byteOffset] = UInt8(truncatingIfNeeded: value >> (8 * index))
                    }
                    let expected: RejectReason? = isRight ? nil : .valueOutOfRange
                    #expect(MessageCodec.fault(layout.template, frame) == expected, "\(layout.name) \(value)")
                    checkedCount += 1
                }
            }
        }
        #expect(checkedCount == 2 + 2 * Template.allCases.count(where: \.isRequest))
    }

    @Test func utf8IsValidatedAsTheStandardLibraryDoes() {
        var generator = SeededGenerator()
        let pieces: [[UInt8]] = [
            [0x00], [0x41], [0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49], [0xC3, 0xA9], [0xE5, 0xB8, 0x81],
            [0xF0, 0x9F, 0x98, 0x80],
            [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xFF],
            [0xE5, 0xB8], [0xF0],
        ]
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...5, using: &generator)).flatMap { _ in
                pieces.randomElement(using: &generator)!
            }
            if !bytes.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            #expect(
                bytes.withUnsafeBytes(\.isUTF8Text)
                    == (String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0)), "\(bytes)")
        }
    }

    @Test func aTextForPeopleIsCutBetweenCharacters() {
        let text = String(repeating: "ж", count: 23) + "x" + String(repeating: "ж", count: 5)
        var frame = [UInt8](repeating: 0xFF, count: WireLayout.Rejected.frameByteCount)
        frame.withUnsafeMutableBytes {
            RejectedView.write(
                to: $0.baseAddress!, requestId: 1, reason: .serverFault, requestTemplate: 0, text: text.utf8)
        }
        #expect(MessageCodec.fault(.rejected, frame) == nil)
        #expect(MessageCodec.read(.rejected, frame)["text"] == .text(Array(text.utf8.prefix(47))))
    }

    @Test func aReasonThatDoesNotFitIsCut() {
        let reason = String(repeating: "x", count: 123) + "жж"
        var frame = [UInt8](repeating: 0xFF, count: WireLayout.RefusedRecord.frameByteCount)
        for text in [reason, String(reason.prefix(123))] {
            frame.withUnsafeMutableBytes {
                RefusedRecordView.write(
                    to: $0.baseAddress!, requestId: 1, kind: .symbol, flags: .lastGoodServed, exchangeId: 2, id: 3,
                    generation: 4, symbolText: "A".utf8, baseAsset: "B".utf8, quoteAsset: "C".utf8,
                    reason: text.utf8)
            }
            #expect(MessageCodec.fault(.refusedRecord, frame) == nil)
            #expect(MessageCodec.read(.refusedRecord, frame)["reason"] == .text([UInt8](repeating: 0x78, count: 123)))
        }
    }

    /// Numbers at and around their bounds as often as any others, texts of every length up to a full field, and of
    /// enumerations and flags what the schema names.
    private func randomValues(_ layout: MessageLayout, _ generator: inout SeededGenerator) -> [String: FieldValue] {
        var values: [String: FieldValue] = [:]
        for field in layout.fields {
            let byteCount = field.byteCount
            if let choice = field.encoding.choice {
                let bits = Int128.random(in: 0...255, using: &generator) & choice.knownBits
                let number = choice.isSet ? bits : choice.values.randomElement(using: &generator)!.number
                values[field.name] = .integer(number)
                continue
            }
            switch field.kind {
            case .padding: continue
            case .text:
                let count = [1, byteCount, Int.random(in: 1...byteCount, using: &generator)].randomElement(
                    using: &generator)!
                values[field.name] = .text((0..<count).map { _ in UInt8.random(in: 1...127, using: &generator) })
            case .unsigned:
                let max = (Int128(1) << (8 * byteCount)) - 1
                let random = Int128(UInt64.random(in: 0...UInt64.max, using: &generator)) & max
                let number = [0, 1, max - 1, max, random].randomElement(using: &generator)!
                let bounds = (field.encoding.minimum ?? 0)...(field.encoding.maximum ?? max)
                values[field.name] = .integer(Swift.min(Swift.max(number, bounds.lowerBound), bounds.upperBound))
            case .signed:
                let bound = Int128(1) << (8 * byteCount - 1)
                let random = Int128(Int64.random(in: Int64.min...Int64.max, using: &generator)) % bound
                values[field.name] = .integer([-bound, bound - 1, -1, 0, random].randomElement(using: &generator)!)
            }
        }
        if layout.template == .snapshotChunk, case .text(let data)? = values["data"] {
            values["dataByteCount"] = .number(data.count)
        }
        return values
    }
}
