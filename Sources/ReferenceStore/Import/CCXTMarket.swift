import ReferenceData

/// One market of ccxt's: the values that say something of a symbol, as they stand in the file.
struct CCXTMarket {
    /// A value of the structure that is read; the others (fees, leverage, raw data) are passed over.
    enum Field: Int, CaseIterable {
        case id, symbol, base, quote, settle, type, spot, swap, future, option, active, linear, inverse, quanto
        case contractSize, expiry, expiryDatetime, strike, optionType, created
        case precisionAmount, precisionPrice, precisionQuote
        case amountMin, amountMax, costMin
    }

    /// An object of the structure.
    private enum Group {
        case market, precision, limits, amount, cost
    }

    private enum Member {
        case field(Field)
        case group(Group)
    }

    /// By the field's number; nil where the file is silent.
    private var values: [JSONReader.Value?] = Array(repeating: nil, count: Field.allCases.count)
    /// What is wrong with its structure.
    private(set) var problem: String?

    subscript(field: Field) -> JSONReader.Value? {
        let value = values[field.rawValue]
        return value == .null ? nil : value
    }

    /// Reads the market that stands next.
    /// - Throws: for what is no JSON; what is no market is a `problem`.
    mutating func read(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        for index in values.indices { values[index] = nil }
        problem = nil
        let value = try reader.value()
        if value == .object {
            try read(.market, &reader)
        } else {
            problem = "is no market"
            try reader.skip(value)
        }
    }

    private mutating func read(_ group: Group, _ reader: inout JSONReader) throws(JSONReader.Fault) {
        var isFirst = true
        while let key = try reader.nextKey(isFirst: isFirst) {
            isFirst = false
            let member = Self.members(of: group).first { reader.equals(key, $0.name) }
            let value = try reader.value()
            switch member?.what {
            case .field(let field):
                if values[field.rawValue] != nil { problem = "names \(member?.name ?? "a value") twice" }
                values[field.rawValue] = value
                if value == .object || value == .array { problem = "\(member?.name ?? "a value") is no single value" }
                try reader.skip(value)
            case .group(let inner) where value == .object: try read(inner, &reader)
            case .group:
                if value != .null { problem = "\(member?.name ?? "a value") is no object" }
                try reader.skip(value)
            case nil: try reader.skip(value)
            }
        }
    }

    private static func members(of group: Group) -> [(name: StaticString, what: Member)] {
        switch group {
        case .market: marketMembers
        case .precision: precisionMembers
        case .limits: limitsMembers
        case .amount: amountMembers
        case .cost: costMembers
        }
    }

    private static let marketMembers: [(name: StaticString, what: Member)] = [
        ("id", .field(.id)), ("symbol", .field(.symbol)), ("base", .field(.base)), ("quote", .field(.quote)),
        ("settle", .field(.settle)), ("type", .field(.type)), ("spot", .field(.spot)), ("swap", .field(.swap)),
        ("future", .field(.future)), ("option", .field(.option)), ("active", .field(.active)),
        ("linear", .field(.linear)), ("inverse", .field(.inverse)), ("quanto", .field(.quanto)),
        ("contractSize", .field(.contractSize)), ("expiry", .field(.expiry)),
        ("expiryDatetime", .field(.expiryDatetime)), ("strike", .field(.strike)), ("optionType", .field(.optionType)),
        ("created", .field(.created)), ("precision", .group(.precision)), ("limits", .group(.limits)),
    ]
    private static let precisionMembers: [(name: StaticString, what: Member)] = [
        ("amount", .field(.precisionAmount)), ("price", .field(.precisionPrice)), ("quote", .field(.precisionQuote)),
    ]
    private static let limitsMembers: [(name: StaticString, what: Member)] = [
        ("amount", .group(.amount)), ("cost", .group(.cost)),
    ]
    private static let amountMembers: [(name: StaticString, what: Member)] = [
        ("min", .field(.amountMin)), ("max", .field(.amountMax)),
    ]
    private static let costMembers: [(name: StaticString, what: Member)] = [("min", .field(.costMin))]
}
