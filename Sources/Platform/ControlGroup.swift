/// What the control groups of the process leave it, as systemd and containers set them.
package enum ControlGroup {
    /// The least of the limits of memory in force; nil for none that is known.
    package static func memoryByteCountMax(_ text: (String) -> String? = SystemFile.text) -> Int? {
        var least: Int?
        for line in (text("/proc/self/cgroup") ?? "").split(separator: "\n") {
            // Of the unified hierarchy: "0::/system.slice/symbology.service"; of the older one: "4:memory:/…".
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let root: String
            let file: String
            if fields[0] == "0", fields[1].isEmpty {
                (root, file) = ("/sys/fs/cgroup", "memory.max")
            } else if fields[1].split(separator: ",").contains("memory") {
                (root, file) = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            } else {
                continue
            }
            // Each group is bound by those above it. In a container the path may be that of the host: then only the
            // root is there.
            var path = fields[2] == "/" ? "" : fields[2]
            while true {
                if let limit = text("\(root)\(path)/\(file)").flatMap(byteCount) { least = min(least ?? limit, limit) }
                guard let slash = path.lastIndex(of: "/") else { break }
                path = path[..<slash]
            }
        }
        return least
    }

    /// "max", and a number that no machine has, are no limit.
    private static func byteCount(_ text: String) -> Int? {
        guard let number = Int(text.prefix { $0.isNumber }), number < 1 << 60 else { return nil }
        return number
    }
}
