extension SnapshotImage {
    /// Writes a new read-only file (0444 less the umask) beside `path` under a temporary name, syncs it, renames it
    /// over `path` and syncs the folder: whoever reads the old file goes on with it.
    ///
    /// For a later start, and for whoever copies it: nobody maps it. After an error there is no new file; the old one
    /// stays. Only when the sync of the folder fails is the new one in place: it is whole, but after a loss of power
    /// the old one may be back. Files that a writer left behind when it died are removed. O(bytes); blocks. Any thread.
    public func write(to path: String) throws(ImageFileError) { try ImageWriter(path: path).replace(bytes) }

    /// Writes a new read-only file beside `path` under a name of its own, which `path` of the image that is returned
    /// says; that one's snapshot reads the mapping of the file, and all processes that map it share one copy of the
    /// memory. The name goes with the image; whoever has it mapped goes on with it.
    ///
    /// Not synced: after a loss of power nobody needs it. O(bytes); blocks. Any thread.
    public func shared(beside path: String) throws(ImageFileError) -> SnapshotImage {
        let (file, block) = try ImageWriter(path: path).share(bytes)
        let whole = UnsafeRawBufferPointer(start: block.start, count: block.byteCount)
        return SnapshotImage(
            snapshot.moved(to: RowImage(block)), confirmedAt: confirmedAt, checksum: checksum,
            bytes: ImageBytes([whole], owners: [block]), file: file)
    }
}
