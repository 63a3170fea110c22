#if FUZZING
import Glibc

/// libFuzzer's own loop, called instead of its `main`: the package manager links with a main of its own.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// What libFuzzer's library asks for by this name.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ byteCount: Int) -> Int32 {
    Fuzzer.target.run(UnsafeRawBufferPointer(start: start, count: byteCount))
    return 0
}

enum Fuzzer {
    static let target: FuzzTarget = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            Fuzzing.fail("FUZZ_TARGET names none of: \(FuzzTarget.allCases.map(\.rawValue))", 64)
        }
        return target
    }()

    static func main() {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(runDriver(&count, &arguments) { fuzzOneInput($0, $1) })
    }
}
#endif
