import Foundation
import TestSupport

/// The real ccxt, from PyPI, in a folder of the build, so that it is fetched once. A test that has no network is
/// skipped, and says so.
enum CCXTLibrary {
    private static let version = "4.5.90"
    private static let folder = Program.root.appending(path: ".build/ccxt-\(version)").path

    static let whyNot = "ccxt \(version) cannot be installed from PyPI, or from where PIP_INDEX_URL says"

    /// Installs it where it is missing. What pip says goes to standard error.
    static let isInstalled: Bool = {
        if FileManager.default.fileExists(atPath: folder + "/bin/python") { return true }
        // Whole or not at all: tests of another process may do the same.
        let unfinished = folder + ".\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: unfinished) }
        let steps = [
            ["python3", "-m", "venv", unfinished],
            [
                unfinished + "/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--timeout",
                "15", "--retries", "2", "ccxt==\(version)",
            ],
        ]
        for step in steps {
            let done = TestSupport.Program.run(step)
            guard done.status == 0 else {
                FileHandle.standardError.write(Data("\(whyNot): \(done.output)\n".utf8))
                return false
            }
        }
        try? FileManager.default.moveItem(atPath: unfinished, toPath: folder)
        return FileManager.default.fileExists(atPath: folder + "/bin/python")
    }()

    static func run(_ arguments: String...) -> TestSupport.Program {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "ccxt_library.py").path
        return TestSupport.Program.run([folder + "/bin/python", script] + arguments)
    }
}
