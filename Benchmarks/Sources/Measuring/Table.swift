/// A table as people read it, on a terminal and as Markdown alike.
public struct Table: Codable, Sendable {
    public let title: String
    public let header: [String]
    public var rows: [[String]]

    public init(_ title: String, header: [String], rows: [[String]] = []) {
        self.title = title
        self.header = header
        self.rows = rows
    }

    /// The lines, without the title, columns aligned.
    public var lines: [String] {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max()! }
        return ([header, widths.map { String(repeating: "-", count: $0) }] + rows).map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return "| " + cells.joined(separator: " | ") + " |"
        }
    }
}

/// `1,234,567`.
public func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return text
}

/// With so many digits after the point, at most 3.
public func decimals(_ figure: Double, _ count: Int) -> String {
    guard figure.isFinite, abs(figure) < 1e15 else { return "?" }
    let scale = [1.0, 10, 100, 1_000][count]
    let scaled = Int((abs(figure) * scale).rounded())
    let whole = (figure < 0 && scaled > 0 ? "-" : "") + grouped(scaled / Int(scale))
    guard count > 0 else { return whole }
    let fraction = String(scaled % Int(scale))
    return whole + "." + String(repeating: "0", count: count - fraction.count) + fraction
}

/// A figure with about three digits that mean something.
public func readable(_ figure: Double) -> String {
    switch abs(figure) {
    case ..<10: decimals(figure, 2)
    case ..<100: decimals(figure, 1)
    default: decimals(figure, 0)
    }
}
