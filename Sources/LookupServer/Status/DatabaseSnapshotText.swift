/// A `pg_snapshot` as far as a frame holds it: `xmin:xmax:running`, without the running ones where they do not fit.
struct DatabaseSnapshotText {
    let text: String
    let isCut: Bool

    init(_ full: String, byteCountMax: Int) {
        isCut = full.utf8.count > byteCountMax
        guard isCut else {
            text = full
            return
        }
        let bounds = full.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).prefix(2)
        let short = bounds.joined(separator: ":") + ":"
        text = short.utf8.count <= byteCountMax ? short : ""
    }
}
