import ArgumentParser
import Platform
import ReferenceData

struct ImageCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Writes an image file of the database: of now, or of a time in the past.",
        discussion: """
            A replica reads the file and answers from it in its own process, without server or database; "symbology \
            serve --snapshot FILE" serves it. One of the past (--as-of) gives a backtest the ids and rules that were \
            valid then. It carries its time: what expired later is active in it, whatever the clock says. The past is \
            known since the audit of the database began.
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where to write it; a file that is there is replaced.", valueName: "file"))
    var output: String
    @OptionGroup var past: AsOfOption
    @OptionGroup var settings: SettingOptions<DatabaseSettings>

    func execute(_ configuration: Configuration) throws {
        let snapshot = try PastSession(configuration).snapshot(asOf: past.asOf)
        let path = try FileBytes.replaceable(output)
        let image = SnapshotImage(snapshot, confirmedAt: snapshot.judgedAt)
        do throws(ImageFileError) {
            try image.write(to: path)
        } catch {
            throw CommandFailure(.system, "the image cannot be written to \(path): \(error)")
        }
        var record = RecordWriter(configuration.format)
        record.add("path", path)
        record.add("as_of", snapshot.judgedAt)
        record.add("exchanges", snapshot.exchangeCount)
        record.add("symbols", snapshot.symbolCount)
        record.add("active_symbols", snapshot.activeSymbolCount)
        record.add("refused", snapshot.refusedCount)
        record.add("bytes", image.byteCount)
        record.finish()
        for row in snapshot.refused.prefix(10) {
            writeLineToStandardError(
                "symbology: \(row.table == .exchange ? "exchange" : "symbol") \(row.id) is not in it: \(row.reason)")
        }
    }
}
