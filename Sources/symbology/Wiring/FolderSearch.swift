import Glibc

/// Finds `Migrations/`: as told, else above the program (a clone's `.build/release/symbology`), else installed beside
/// it (`../share/symbology/Migrations`), else in the current folder.
enum FolderSearch {
    static func migrations(_ configuration: Configuration) throws(CommandFailure) -> String {
        if let told = configuration.value(.migrations) {
            guard FileBytes.isFolder(told) else {
                throw CommandFailure(
                    .configuration,
                    "there is no folder \(told) (migrations, from \(configuration.origin(.migrations).text))",
                    next: "name the folder Migrations/ of Symbology's sources with --migrations")
            }
            return told
        }
        let candidates = folderCandidates()
        guard let found = candidates.first(where: FileBytes.isFolder) else {
            throw CommandFailure(
                .configuration, "no folder Migrations/ above or beside the program, nor in the current folder",
                next: "name it with --migrations or SYMBOLOGY_MIGRATIONS")
        }
        return found
    }

    private static func folderCandidates() -> [String] {
        var candidates: [String] = []
        var folder = programFolder()
        if let folder { candidates.append(folder + "/../share/symbology/Migrations") }
        while let current = folder, !current.isEmpty {
            candidates.append(current + "/Migrations")
            folder = current.lastIndex(of: "/").map { String(current[..<$0]) }
        }
        candidates.append("Migrations")
        return candidates
    }

    static func programPath() -> String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    private static func programFolder() -> String? {
        guard let path = programPath(), let slash = path.lastIndex(of: "/") else { return nil }
        return String(path[..<slash])
    }
}
