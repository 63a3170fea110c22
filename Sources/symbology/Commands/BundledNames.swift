/// Many names as one argument: the parser's time is the square of the number of arguments, 10 s for 20,000 of them.
enum BundledNames {
    /// What the parser gets instead: of each run of arguments without a dash the first two as they are (an option's
    /// value, the exchange), and the others as one, between NULs, which no argument of a process can hold.
    static func bundle(_ arguments: [String]) -> [String] {
        var bundled: [String] = []
        var run: [String] = []
        func endRun() {
            bundled += run.prefix(2)
            if run.count > 2 { bundled.append(run[2...].joined(separator: "\0")) }
            run = []
        }
        for argument in arguments {
            if argument.utf8.first == UInt8(ascii: "-") {
                endRun()
                bundled.append(argument)
            } else {
                run.append(argument)
            }
        }
        endRun()
        return bundled
    }

    /// The names again, in their order.
    static func unbundle(_ names: [String]) -> [String] {
        names.flatMap { $0.utf8.split(separator: 0, omittingEmptySubsequences: false).map { String(Substring($0)) } }
    }
}
