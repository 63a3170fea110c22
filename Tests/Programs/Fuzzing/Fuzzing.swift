import Glibc

/// `Fuzzing corpus TARGET FOLDER REPOSITORY` writes the inputs that a fuzzer starts from; `Fuzzing replay TARGET FILE…`
/// runs inputs.
///
/// Built with `-D FUZZING -sanitize=fuzzer,address` everything else is for libFuzzer: the target is named by
/// `FUZZ_TARGET`, the arguments are libFuzzer's own. See `Tests/Programs/Fuzzing/run`.
@main
enum Fuzzing {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let target = arguments.count > 1 ? FuzzTarget(rawValue: arguments[1]) : nil
        switch (arguments.first, target) {
        case ("corpus", let target?) where arguments.count == 4:
            let inputs = Corpus.inputs(of: target, repository: arguments[3])
            if inputs.isEmpty { fail("there are no inputs for \(target.rawValue) in \(arguments[3])", 66) }
            for (number, input) in inputs.enumerated() { write(input, to: "\(arguments[2])/seed-\(number)") }
        case ("replay", let target?) where arguments.count > 2:
            for path in arguments.dropFirst(2) { replay(path, target) }
        default: runOthers()
        }
    }

    private static func runOthers() {
        #if FUZZING
        Fuzzer.main()
        #else
        fail("usage: Fuzzing replay TARGET FILE… | Fuzzing corpus TARGET FOLDER REPOSITORY", 64)
        #endif
    }

    static func fail(_ text: String, _ code: Int32) -> Never {
        let line = Array((text + "\n").utf8)
        _ = Glibc.write(2, line, line.count)
        exit(code)
    }

    private static func replay(_ path: String, _ target: FuzzTarget) {
        guard let bytes = FileBytes.read(path) else { fail("\(path) cannot be read", 66) }
        // A copy on the heap of exactly this size, so that a sanitizer sees the first byte past it.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        target.run(UnsafeRawBufferPointer(copy))
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        guard FileBytes.write(bytes, to: path) else { fail("\(path) cannot be written", 73) }
    }
}

/// Whole files, without Foundation: a fuzzer that links little starts fast.
enum FileBytes {
    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&part, 1, part.count, file)
            if count == 0 { return ferror(file) == 0 ? all : nil }
            all += part[..<count]
        }
    }

    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen(path, "wb") else { return false }
        let count = fwrite(bytes, 1, bytes.count, file)
        return fclose(file) == 0 && count == bytes.count
    }
}
