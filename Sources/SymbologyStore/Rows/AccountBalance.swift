import ReferenceData

/// Of what kind an account is.
public enum AccountType: String, Sendable, Hashable, CaseIterable {
    /// Coins.
    case spot = "SPOT"
    /// Perpetuals and futures.
    case futures = "FUTURES"
    /// Borrowed coins.
    case margin = "MARGIN"
    /// Options.
    case options = "OPTIONS"
}

/// What an account held of an asset at a moment: a row of `account_balances`, of which there is one a moment.
///
/// All amounts are in units of the asset. The columns keep 12 digits before the point and 18 behind it: what has more
/// is refused before it is sent, never rounded.
public struct AccountBalance: StorableRow, Hashable {
    /// Nil until it is stored.
    public var id: Int64?
    /// `exchanges.id`, as `SymbolResolution.exchangeId` gives it.
    public var exchangeId: UInt16
    /// Of what kind the account is.
    public var accountType: AccountType
    /// As in `symbols.base_asset`; at most 25 bytes.
    public var asset: String
    /// What orders may be made with; not negative.
    public var freeBalance: WideDecimal
    /// What open orders hold; not negative.
    public var lockedBalance: WideDecimal
    /// What margin is counted by; nil where there is none.
    public var marginBalance: WideDecimal?
    /// Of open positions; nil where there are none.
    public var unrealizedProfit: WideDecimal?
    /// When the venue said so.
    public var time: Timestamp
    /// When the row was written; nil until it is stored.
    public var createdAt: Timestamp?

    /// Makes one that is to be stored.
    public init(
        exchangeId: UInt16, accountType: AccountType, asset: String, freeBalance: WideDecimal,
        lockedBalance: WideDecimal = .zero, marginBalance: WideDecimal? = nil, unrealizedProfit: WideDecimal? = nil,
        time: Timestamp
    ) {
        self.exchangeId = exchangeId
        self.accountType = accountType
        self.asset = asset
        self.freeBalance = freeBalance
        self.lockedBalance = lockedBalance
        self.marginBalance = marginBalance
        self.unrealizedProfit = unrealizedProfit
        self.time = time
    }

    /// Free and locked together, as the column `total_balance` has it.
    public var totalBalance: WideDecimal { get throws(NumberFault) { try freeBalance.adding(lockedBalance) } }

    /// `account_balances`.
    public static let table = StoredTable(.accountBalances)

    /// Appends the columns that are written.
    public func write(to fields: inout RowFields) throws(MarketStoreError) {
        try fields.append(exchangeId: exchangeId)
        try fields.append(accountType.rawValue, "account_type")
        try fields.append(asset, "asset")
        try fields.append(amount: freeBalance, "free_balance")
        try fields.append(amount: lockedBalance, "locked_balance")
        try fields.append(amount: marginBalance, "margin_balance")
        try fields.append(amount: unrealizedProfit, "unrealized_pnl")
        try fields.append(time, "snapshot_time")
    }

    init(_ row: ResultRow) throws(MarketStoreError) {
        self.init(
            exchangeId: try row.exchangeId(1), accountType: try row.code(2), asset: try row.text(3),
            freeBalance: try row.decimal(4), lockedBalance: try row.decimal(5),
            marginBalance: try row.optionalDecimal(6), unrealizedProfit: try row.optionalDecimal(7),
            time: try row.time(8))
        id = try row.int64(0)
        createdAt = try row.optionalTime(9)
    }
}

/// Why a balance changed.
public enum BalanceChangeType: String, Sendable, Hashable, CaseIterable {
    /// An execution.
    case trade = "TRADE"
    /// From outside the venue.
    case deposit = "DEPOSIT"
    /// Out of the venue.
    case withdrawal = "WITHDRAWAL"
    /// Between accounts of one venue.
    case transfer = "TRANSFER"
    /// Commission, funding, interest.
    case fee = "FEE"
    /// What the venue or somebody set right.
    case adjustment = "ADJUSTMENT"
}

/// A change of a balance: a row of `balance_changes`. Amounts as in `AccountBalance`.
public struct BalanceChange: StorableRow, Hashable {
    /// Nil until it is stored.
    public var id: Int64?
    /// `exchanges.id`.
    public var exchangeId: UInt16
    /// Of what kind the account is.
    public var accountType: AccountType
    /// As in `symbols.base_asset`; at most 25 bytes.
    public var asset: String
    /// Why it changed.
    public var changeType: BalanceChangeType
    /// By how much; negative for what went away.
    public var amount: WideDecimal
    /// What it was before.
    public var previousBalance: WideDecimal
    /// What it is now.
    public var newBalance: WideDecimal
    /// What caused it, by its own id: an execution, a deposit. At most 100 bytes.
    public var referenceId: String?
    /// What `referenceId` is an id of. At most 50 bytes.
    public var referenceType: String?
    /// For people.
    public var details: String?
    /// When the venue says that it happened.
    public var time: Timestamp
    /// When the row was written; nil until it is stored.
    public var createdAt: Timestamp?

    /// Makes one that is to be stored: the new balance is the previous one and the amount.
    /// - Throws: where they have no exact sum.
    public init(
        exchangeId: UInt16, accountType: AccountType, asset: String, changeType: BalanceChangeType,
        amount: WideDecimal, previousBalance: WideDecimal, referenceId: String? = nil, referenceType: String? = nil,
        details: String? = nil, time: Timestamp
    ) throws(NumberFault) {
        self.exchangeId = exchangeId
        self.accountType = accountType
        self.asset = asset
        self.changeType = changeType
        self.amount = amount
        self.previousBalance = previousBalance
        newBalance = try previousBalance.adding(amount)
        self.referenceId = referenceId
        self.referenceType = referenceType
        self.details = details
        self.time = time
    }

    /// `balance_changes`.
    public static let table = StoredTable(.balanceChanges)

    /// Appends the columns that are written.
    public func write(to fields: inout RowFields) throws(MarketStoreError) {
        try fields.append(exchangeId: exchangeId)
        try fields.append(accountType.rawValue, "account_type")
        try fields.append(asset, "asset")
        try fields.append(changeType.rawValue, "change_type")
        try fields.append(amount: amount, "amount")
        try fields.append(amount: previousBalance, "previous_balance")
        try fields.append(amount: newBalance, "new_balance")
        try fields.append(referenceId, "reference_id")
        try fields.append(referenceType, "reference_type")
        try fields.append(details, "description")
        try fields.append(time, "change_time")
    }

    init(_ row: ResultRow) throws(MarketStoreError) {
        exchangeId = try row.exchangeId(1)
        accountType = try row.code(2)
        asset = try row.text(3)
        changeType = try row.code(4)
        amount = try row.decimal(5)
        previousBalance = try row.decimal(6)
        newBalance = try row.decimal(7)
        referenceId = try row.optionalText(8)
        referenceType = try row.optionalText(9)
        details = try row.optionalText(10)
        time = try row.time(11)
        id = try row.int64(0)
        createdAt = try row.optionalTime(12)
    }
}
