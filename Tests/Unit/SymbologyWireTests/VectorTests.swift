import SymbologyWire
import Testing

@Suite struct VectorTests {
    @Test func everyMessageHasAVector() throws {
        let vectors = try Vector.all()
        #expect(Set(vectors.map { $0.vector.template }) == Set(Template.allCases.map(\.rawValue)))
        for (name, vector) in vectors {
            let number = String(vector.template)
            let prefix = String(repeating: "0", count: 3 - number.count) + number
            #expect(name.hasPrefix("\(prefix)_\(vector.message)"), "\(name)")
        }
    }

    @Test func viewsReadAndWritersWriteEveryVector() throws {
        for (name, vector) in try Vector.all() {
            let frame = vector.frame
            let template = try #require(Template(rawValue: vector.template), "\(name)")
            let layout = try #require(MessageLayout.of(template), "\(name)")
            let expected = vector.values(by: layout)

            #expect(layout.name == vector.message, "\(name)")
            #expect(layout.frameByteCount == frame.count && template.frameByteCount == frame.count, "\(name)")
            #expect(layout.decode(frame) == expected, "\(name): the table of offsets")
            #expect(MessageCodec.read(template, frame) == expected, "\(name): the view")
            #expect(MessageCodec.write(template, expected) == frame, "\(name): the writer")
            #expect(MessageCodec.fault(template, frame) == nil, "\(name)")
        }
    }

    @Test func vectorsAreWholeFrames() throws {
        for (name, vector) in try Vector.all() {
            let frame = vector.frame
            let step = frame.withUnsafeBytes {
                vector.template < 100 ? Framing.nextRequest($0) : Framing.nextResponse($0)
            }
            #expect(step == .frame(byteCount: frame.count), "\(name)")
        }
    }
}
