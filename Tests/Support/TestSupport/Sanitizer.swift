import Glibc

/// What the tests were built with: `make test-tsan` and `make test-asan` say it in `SYMBOLOGY_SANITIZER`.
public enum Sanitizer: String, Sendable {
    case thread
    case address

    /// Nil in plain tests. `SanitizerTests` prove that what is said here is so.
    public static let current: Sanitizer? = {
        guard let name = getenv("SYMBOLOGY_SANITIZER").map({ String(cString: $0) }) else { return nil }
        guard let sanitizer = Sanitizer(rawValue: name) else {
            fatalError("SYMBOLOGY_SANITIZER is thread or address, not \(name)")
        }
        let line = Array(
            "tests: under a sanitizer (\(name)): a tenth of the random rounds, deadlines ten times as far\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        return sanitizer
    }()

    /// How many rounds a randomised test runs: all of them, or a tenth under a sanitizer, where each takes some ten
    /// times as long. Every such test draws new seeds each time, so what a run leaves out another one reaches.
    public static func rounds(_ count: Int) -> Int { current == nil ? count : max(1, count / 10) }
}
