import ArgumentParser

/// An option or flag of a command that a row of a table describes.
///
/// ArgumentParser finds options by looking at the properties of a structure, and decodes them by their names. A
/// structure whose mirror shows `property`, and which has `decode` read it, has the option.
struct TableOption: Sendable {
    enum Kind: Sendable {
        case text
        /// Text that may begin as an option does, such as a negative number.
        case verbatim
        case number
        /// The option several times.
        case list
        /// To be there is to be true.
        case toggle
    }

    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let name: String
    /// Another name, which the help shows first.
    var shortName: String?
    let kind: Kind
    /// What stands for the value in the help.
    let valueName: String
    let help: String

    var property: (label: String?, value: Any) {
        let names = [shortName, self.name].compactMap(\.self).map { NameSpecification.Element.customLong($0) }
        let name = NameSpecification(names)
        let help = ArgumentHelp("\(help)", valueName: kind == .toggle ? nil : valueName)
        let value: Any =
            switch kind {
            case .text: Option<String?>(name: name, help: help)
            case .verbatim: Option<String?>(name: name, parsing: .unconditional, help: help)
            case .number: Option<Int?>(name: name, help: help)
            case .list: Option<[String]>(wrappedValue: [], name: name, help: help)
            case .toggle: Flag<Bool>(wrappedValue: false, name: name, help: help)
            }
        return (self.name, value)
    }

    /// What was given, several values with commas between them; nil for nothing.
    func decode(_ container: KeyedDecodingContainer<Key>) throws -> String? {
        let key = Key(stringValue: name)
        switch kind {
        case .text, .verbatim: return try container.decode(Option<String?>.self, forKey: key).wrappedValue
        case .number: return try container.decode(Option<Int?>.self, forKey: key).wrappedValue.map(String.init)
        case .list:
            let values = try container.decode(Option<[String]>.self, forKey: key).wrappedValue
            return values.isEmpty ? nil : values.joined(separator: ",")
        case .toggle: return try container.decode(Flag<Bool>.self, forKey: key).wrappedValue ? "true" : nil
        }
    }
}
