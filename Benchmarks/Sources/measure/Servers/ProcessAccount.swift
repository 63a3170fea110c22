import Foundation

/// What the kernel has on the books of a process.
struct ProcessAccount {
    let processId: pid_t

    /// Nanoseconds on a processor, over all threads, those that ended too.
    var processorNanoseconds: UInt64 {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(processId, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// `Rss`, `Pss`, `Anonymous`, `Private_Dirty`… of /proc/PID/smaps_rollup, in bytes; empty where it cannot be read.
    var memory: [String: Int] {
        pairs("smaps_rollup")
    }

    /// The most that was ever resident, in bytes.
    var peakResidentByteCount: Int { pairs("status")["VmHWM"] ?? 0 }

    /// Lines of the form `Name:   123 kB`.
    private func pairs(_ file: String) -> [String: Int] {
        let text = (try? String(contentsOfFile: "/proc/\(processId)/\(file)", encoding: .utf8)) ?? ""
        var pairs: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count == 3, words[2] == "kB", let count = Int(words[1]) else { continue }
            pairs[String(words[0].dropLast())] = count * 1_024
        }
        return pairs
    }
}
