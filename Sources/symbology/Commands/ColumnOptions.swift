import ArgumentParser
import ReferenceData
import ReferenceStore

/// The columns of a table as options. A value is text until the rules of its column have read it, so that all that is
/// wrong is reported at once; an empty one means NULL in a column that takes NULL.
struct ColumnOptions<Column: OptionColumn>: ParsableArguments, CustomReflectable {
    private var texts: [Column: String?] = [:]

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: TableOption.Key.self)
        for column in Column.allCases { texts[column] = try column.option?.decode(container) }
    }

    var customMirror: Mirror { Mirror(self, children: Column.allCases.compactMap { $0.option?.property }) }

    /// What was given.
    var fields: RowFields<Column> { RowFields(reading: texts) }
}

/// A column that people may set by an option of its name.
protocol OptionColumn: ReferenceColumn {
    /// What stands for the value in the help, and what the column says; nil where it is no option.
    var explanation: (valueName: String, help: String)? { get }
    /// What the option is called besides.
    var shortName: String? { get }
}

extension OptionColumn {
    var shortName: String? { nil }

    fileprivate var option: TableOption? {
        explanation.map { explanation in
            TableOption(
                name: name.replacing("_", with: "-"), shortName: shortName, kind: .verbatim,
                valueName: explanation.valueName,
                help: explanation.help)
        }
    }
}
