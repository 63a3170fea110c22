/// Which words of a table carry a colour: the verdict of an answer, and what is switched off.
enum TableColour {
    static func paint(_ padded: String, column: String, cell: Cell) -> String {
        switch (column, cell) {
        case ("status", .text("ok")), ("state", .text("applied")): "\u{1B}[32m\(padded)\u{1B}[0m"
        case ("status", .text("inactive")), ("state", .text("pending")): "\u{1B}[33m\(padded)\u{1B}[0m"
        case ("status", _): "\u{1B}[31m\(padded)\u{1B}[0m"
        case (_, .boolean(false)), (_, .absent): "\u{1B}[2m\(padded)\u{1B}[0m"
        default: padded
        }
    }
}
