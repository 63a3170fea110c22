import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import SymbologyStore

@Suite("Balances and orders of the store")
struct AccountTests {
    @Test("balances: the newest, those above a threshold, history, and why they changed")
    func balances() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let now = try fixture.now()
        let exchangeId = try store.run(.exchangeId(of: "MEXC_SPOT"))
        func balance(_ asset: String, _ free: String, _ milliseconds: Int64) -> AccountBalance {
            AccountBalance(
                exchangeId: exchangeId, accountType: .margin, asset: asset, freeBalance: wide(free),
                lockedBalance: wide("0.000000000000000001"), marginBalance: wide("-3"),
                time: now.adding(milliseconds: milliseconds))
        }
        try store.insert([balance("BTC", "1", 0), balance("BTC", "2", 5), balance("USDT", "999999999998", 1)])
        let latest = try store.run(.latestBalances())
        #expect(latest.map(\.asset) == ["BTC", "USDT"] && latest[0].freeBalance == wide("2"))
        #expect(latest[0].marginBalance == wide("-3") && latest[0].unrealizedProfit == nil)
        #expect(try latest[1].totalBalance == wide("999999999998.000000000000000001"))
        #expect(try store.run(.latestBalances(totalAbove: wide("2"))).count == 2)
        #expect(try store.run(.latestBalances(totalAbove: wide("2.000000000000000001"))).map(\.asset) == ["USDT"])
        #expect(try store.run(.latestBalances(exchange: "GATEIO_SPOT")).isEmpty)
        #expect(try store.run(.latestBalances(exchange: "MEXC_SPOT", accountType: .margin, asset: "BTC")).count == 1)
        #expect(try store.run(.latestBalances(accountType: .spot)).isEmpty)
        let history = try store.run(
            .balanceHistory(
                exchange: "MEXC_SPOT", accountType: .margin, asset: "BTC", from: now, to: now.adding(milliseconds: 6)))
        #expect(history.map(\.freeBalance) == [wide("2"), wide("1")])
        let twice = try #require(throws: MarketStoreError.self) { try store.insert(balance("BTC", "2", 5)) }
        guard case .refused(let fault) = twice else {
            Issue.record("\(twice)")
            return
        }
        #expect(fault.sqlState == "23505")

        let change = try BalanceChange(
            exchangeId: exchangeId, accountType: .margin, asset: "BTC", changeType: .withdrawal, amount: wide("-0.5"),
            previousBalance: wide("2"), referenceId: "w1", referenceType: "withdrawal", time: now)
        #expect(change.newBalance == wide("1.5"))
        try store.insert(change)
        var wrong = change
        wrong.newBalance = wide("1.6")
        #expect(throws: MarketStoreError.self) { try store.insert(wrong) }
        let changes = try store.run(
            .balanceChanges(
                exchange: "MEXC_SPOT", accountType: .margin, asset: "BTC", from: now, to: now.adding(milliseconds: 1)))
        #expect(
            changes.map(\.newBalance) == [wide("1.5")] && changes[0].referenceId == "w1" && changes[0].details == nil)
        #expect(try store.run(.removeRows(of: .accountBalances, before: now.adding(milliseconds: 1))) == 1)
        #expect(try store.run(.removeRows(of: .balanceChanges, before: now.adding(milliseconds: 1))) == 1)
    }

    @Test("an order from its birth to its end: its own row becomes its first execution's, what is known is overwritten")
    func orders() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        let one = SymbolSelection.symbol(StoreFixture.pair)
        var order = OrderExecution(
            symbolId: symbolId, orderId: "o1", side: .buy, orderType: .limit, originalQuantity: wide("10"),
            orderPrice: wide("1.5"), orderTime: now)
        order.clientOrderId = "mine"
        let id = try store.run(.recordExecution(order))
        #expect(try store.run(.openOrders(of: one)).map(\.orderId) == ["o1"])
        #expect(try order.notional == nil)

        var first = order
        first.executionId = "e1"
        first.executedQuantity = wide("4")
        first.remainingQuantity = wide("6")
        first.executionPrice = wide("1.4")
        first.commission = wide("-0.001")
        first.commissionAsset = "USDT"
        first.isMaker = true
        first.status = .partiallyFilled
        first.executionTime = now.adding(milliseconds: 5)
        #expect(try store.run(.recordExecution(first)) == id, "the row that the order had")
        first.commission = wide("-0.002")
        #expect(try store.run(.recordExecution(first)) == id, "once more")
        #expect(try store.run(.openOrders(of: one)).map(\.status) == [.partiallyFilled])

        var second = first
        second.executionId = "e2"
        second.executedQuantity = wide("6")
        second.remainingQuantity = .zero
        second.status = .filled
        second.executionTime = now.adding(milliseconds: 9)
        #expect(try store.run(.recordExecution(second)) > id)
        #expect(try store.run(.openOrders(of: one)).isEmpty)
        var rows = try store.run(.order("o1", of: StoreFixture.pair))
        for index in rows.indices { (rows[index].id, rows[index].createdAt) = (nil, nil) }
        #expect(rows == [first, second])
        #expect(try rows[0].notional == wide("5.6"))
        #expect(try store.run(.executions(of: one, from: now, to: now.adding(milliseconds: 1))).count == 2)
        #expect(try store.run(.executions(of: one, from: now, to: now.adding(milliseconds: 1), limit: 1)).count == 1)

        let performance = try #require(try store.run(.tradingPerformance()).first)
        #expect(performance.orderCount == 1 && performance.executionCount == 2 && performance.filledCount == 1)
        #expect(performance.buyQuantity == wide("10") && performance.averagePrice == wide("1.4"))
        #expect(performance.fillPercentage == wide("100") && performance.makerPercentage == wide("100"))
        #expect(performance.averageWaitMilliseconds == wide("5") && performance.symbolId == symbolId)

        second.executedQuantity = wide("11")
        let refused = try #require(throws: MarketStoreError.self) { try store.run(.recordExecution(second)) }
        guard case .refused(let fault) = refused else {
            Issue.record("\(refused)")
            return
        }
        #expect(fault.constraintName == "order_executions_quantities")
        #expect(throws: MarketStoreError.self, "a plain insert overwrites nothing") { try store.insert(first) }
        #expect(try store.run(.removeRows(of: .orderExecutions, before: now.adding(milliseconds: 1))) == 2)
    }

    @Test("a member of symbology_manager may do all of it but remove")
    func asManager() throws {
        let fixture = try StoreFixture()
        let store = try MarketStore(try fixture.database.database.conninfo(as: "symbology_manager"))
        defer { store.close() }
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        #expect(try store.insert(named: [fixture.legacy(at: now)]).writtenCount == 1)
        #expect(try store.run(.latestBookTickers(of: .all)).count == 1)
        try store.insert(Trade(symbolId: symbolId, price: wide("1"), quantity: wide("1"), side: .buy, time: now))
        try store.insert(
            AccountBalance(exchangeId: 1, accountType: .options, asset: "BTC", freeBalance: wide("1"), time: now))
        let order = OrderExecution(
            symbolId: symbolId, orderId: "o1", side: .sell, orderType: .market, originalQuantity: wide("1"),
            orderTime: now)
        #expect(try store.run(.recordExecution(order)) == store.run(.recordExecution(order)))
        #expect(try store.run(.tradingPerformance()).map(\.orderCount) == [1])
        #expect(try store.run(.arbitrageOpportunities()).isEmpty && store.run(.performanceAlerts()).isEmpty)
        let error = try #require(throws: MarketStoreError.self) {
            try store.run(.removeRows(of: .accountBalances, before: now))
        }
        guard case .refused(let fault) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(fault.sqlState == "42501")
    }

    @Test("how the status of an order went, every status and code among them")
    func statusHistory() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        var previous: OrderStatus?
        var rows: [OrderStatusChange] = []
        for (index, status) in OrderStatus.allCases.enumerated() {
            rows.append(
                try OrderStatusChange(
                    symbolId: symbolId, orderId: "o1", previousStatus: previous, newStatus: status,
                    originalQuantity: wide("3"), filledQuantity: wide("0.\(index)"), reason: "because",
                    time: now.adding(milliseconds: Int64(index))))
            previous = status
        }
        try store.insert(rows)
        var stored = try store.run(.statusHistory(ofOrder: "o1", of: StoreFixture.pair))
        for index in stored.indices { (stored[index].id, stored[index].createdAt) = (nil, nil) }
        #expect(stored == rows)
        var wrong = rows[0]
        wrong.remainingQuantity = wide("1")
        #expect(throws: MarketStoreError.self) { try store.insert(wrong) }
        let executions = OrderType.allCases.flatMap { type in
            TimeInForce.allCases.map { time in
                OrderExecution(
                    symbolId: symbolId, orderId: "\(type)\(time)", side: .sell, orderType: type, timeInForce: time,
                    originalQuantity: wide("1"), orderTime: now)
            }
        }
        #expect(try store.insert(executions).writtenCount == 28)
        let read = try store.run(
            .executions(of: .matching(base: "B1"), from: now, to: now.adding(milliseconds: 1)))
        #expect(Set(read.map { "\($0.orderType)\($0.timeInForce)" }).count == 28)
        #expect(try store.run(.removeRows(of: .orderStatusHistory, before: now.adding(milliseconds: 4))) == 4)
    }
}
