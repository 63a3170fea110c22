import Foundation
import PostgreSQL
import ReferenceData
import TestSupport
import Testing

/// Who adds this package to their own gets the libraries, and nothing of the house must be missing or in the way.
@Suite("A package outside this one")
struct OutsidePackageTests {
    @Test("builds against SymbologyStore and SymbologyClient, and does all of it")
    func storeFromOutside() throws {
        let system = try RunningSystem()
        try RunningSystem.mustSucceed(["partitions", "--database", system.database.conninfo])
        let folder = TemporaryFolder()
        let sources = URL(filePath: folder.path).appending(path: "Sources/Outside")
        try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
        let root = Program.root
        folder.write("Package.swift", OutsideProgram.manifest(root: root.path, identity: root.lastPathComponent))
        folder.write("Sources/Outside/Outside.swift", OutsideProgram.source)
        // The versions that this package was built with, so that nothing need be asked of anybody.
        try? FileManager.default.copyItem(
            atPath: root.appending(path: "Package.resolved").path, toPath: folder.path("Package.resolved"))
        // Kept from run to run: what has not changed is not compiled again.
        let scratch = root.appending(path: ".build/outside").path
        let built = try RunningCommand.run(
            "/usr/bin/env",
            [
                "swift", "build", "--package-path", folder.path, "--scratch-path", scratch, "--product", "Outside",
            ], withinSeconds: 1_200)
        try #require(built.exitCode == 0, "\(built.output)\(built.error)")
        #expect(!built.output.contains("warning:"), "\(built.output)")

        let now = try system.integer("SELECT floor(extract(epoch FROM now()))::int8 * 1000000")
        let moment = Timestamp(microsecondsSince1970: now).description
        let ran = try RunningCommand.run(
            "\(scratch)/debug/Outside", [system.unixPath, system.database.conninfo, moment],
            environment: Program.environment())
        #expect(ran.exitCode == 0, "\(ran.error)")
        #expect(
            ran.lines == [
                "no id for MEXC_SPOT NOBODY/USDT (unknown_symbol)",
                "spread 0.5 mid 101.75 notional 10.15",
                "BTC/USDT: buy on GATEIO_SPOT at 100, sell on MEXC_SPOT at 101.5, 1.5 %",
                "total 1.000000000000000001",
                "BTC/USDT filled 1",
                "done",
            ])
        #expect(try system.integer("SELECT count(*) FROM book_ticker_snapshots_v2") == 510)
    }
}
