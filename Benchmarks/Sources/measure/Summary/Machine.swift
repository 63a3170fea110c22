import Foundation

/// What the figures were measured on.
struct Machine: Codable {
    let date: String
    let processor: String
    let coreCount: Int
    let memoryGigabytes: Int
    let kernel: String
    /// Minutes 1, 5 and 15 at the end: far above the cores that were in use, somebody else worked here too.
    let loadAverage: String
    /// Versions of what took part.
    let about: [String]

    init(about: [String]) {
        func first(_ prefix: String, in path: String) -> String {
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix(prefix) } ?? ""
            return line.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)
        }
        let formatter = ISO8601DateFormatter()
        date = formatter.string(from: Date())
        processor = first("model name", in: "/proc/cpuinfo")
        coreCount = ProcessInfo.processInfo.activeProcessorCount
        memoryGigabytes = Int((Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824).rounded())
        kernel =
            (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        let load = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        loadAverage = load.split(separator: " ").prefix(3).joined(separator: " ")
        self.about = about
    }

    var lines: [String] {
        [
            "\(date) · \(processor), \(coreCount) cores, \(memoryGigabytes) GB · Linux \(kernel) · load average "
                + "\(loadAverage) at the end"
        ] + (about.isEmpty ? [] : [about.joined(separator: " · ")])
    }
}
