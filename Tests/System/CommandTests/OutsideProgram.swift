/// A package of somebody who trades, as text: it has nothing of this repository but its two libraries.
enum OutsideProgram {
    /// - Parameters:
    ///   - root: where this repository lies.
    ///   - identity: the last part of that path, by which SwiftPM calls the package.
    static func manifest(root: String, identity: String) -> String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "outside",
            dependencies: [.package(path: "\(root)")],
            targets: [
                .executableTarget(
                    name: "Outside",
                    dependencies: [
                        .product(name: "SymbologyClient", package: "\(identity)"),
                        .product(name: "SymbologyStore", package: "\(identity)"),
                    ])
            ],
            swiftLanguageModes: [.v6]
        )
        """
    }

    /// Does all of it, by a replica, and by the database where there is no server; prints what it found.
    ///
    ///     Outside SOCKET CONNINFO NOW
    static let source = #"""
        import SymbologyClient
        import SymbologyStore

        struct Wrong: Error { let line: UInt }

        func expect(_ isTrue: Bool, line: UInt = #line) throws { if !isTrue { throw Wrong(line: line) } }

        func wide(_ text: String) throws -> WideDecimal {
            guard let value = WideDecimal(text) else { throw Wrong(line: 0) }
            return value
        }

        extension Timestamp {
            func later(_ milliseconds: Int64) -> Timestamp {
                Timestamp(microsecondsSince1970: microsecondsSince1970 + milliseconds * 1_000)
            }
        }

        @main
        struct Outside {
            static func main() async throws {
                let (socketPath, database) = (CommandLine.arguments[1], CommandLine.arguments[2])
                guard let now = Timestamp(CommandLine.arguments[3]) else { throw Wrong(line: #line) }
                let replica = try Replica(.unix(path: socketPath))
                try replica.waitUntilLive(timeoutMilliseconds: 20_000)
                let store = try MarketStore(database) { replica.reader() }
                try await marketData(store, now)
                try await accounts(store, now)
                try await orders(store, now)
                replica.stop()
                store.close()
                try blocking(database, now)
                print("done")
            }

            static func marketData(_ store: MarketStore, _ now: Timestamp) async throws {
                var quotes: [LegacyBookTicker] = []
                for index in 0..<1_000 {
                    let isFirst = index % 2 == 0
                    quotes.append(
                        LegacyBookTicker(
                            exchange: isFirst ? "MEXC_SPOT" : "GATEIO_SPOT", symbolBase: "BTC", symbolQuote: "USDT",
                            bidPrice: try wide(isFirst ? "101.5" : "99.25"), bidQuantity: try wide("0.1"),
                            askPrice: try wide(isFirst ? "102" : "100"), askQuantity: try wide("3"),
                            time: now.later(Int64(index) - 1_000)))
                }
                let report = try await store.insert(
                    named: quotes, options: InsertOptions(batchRowCount: 300, wait: .lastBatch))
                try expect(report.writtenCount == 1_000 && report.durableCount == 1_000)
                do {
                    var unknown = quotes[0]
                    unknown.symbolBase = "NOBODY"
                    try await store.insert(named: [unknown])
                    throw Wrong(line: #line)
                } catch let failure as InsertFailure {
                    print(failure.reason)
                    try expect(failure.report.outcome(ofRow: 0) == .notWritten)
                }

                let pair = SymbolReference.pair(exchange: "MEXC_SPOT", base: "BTC", quote: "USDT")
                let both = SymbolSelection.matching(base: "BTC", quote: "USDT")
                let (from, to) = (now.later(-1_000), now)
                try expect(try await store.run(.bookTickers(of: both, from: from, to: to)).count == 1_000)
                try expect(
                    try await store.run(
                        .sampledBookTickers(of: .symbol(pair), from: from, to: to, stepMilliseconds: 100)).count == 10)
                let numbers = try await store.run(.bookTickerStatistics(of: .symbol(pair), from: from, to: to))
                try expect(numbers.map(\.count) == [500])
                for ticker in try await store.run(.latestBookTickers(of: .symbol(pair))) {
                    print("spread \(try ticker.spread) mid \(try ticker.midPrice) notional \(try ticker.bidNotional)")
                }
                for opportunity in try await store.run(.arbitrageOpportunities()) { print(opportunity) }

                let symbolId = try await store.run(.symbolIds(of: [pair]))[0]
                try await store.insert(
                    Trade(symbolId: symbolId, price: try wide("100"), quantity: try wide("2"), side: .buy, time: from))
                try expect(try await store.run(.latestTrades(of: .symbol(pair))).count == 1)
                try expect(try await store.run(.removeRows(of: .bookTickers(both), before: now.later(-500))) == 500)
            }

            static func accounts(_ store: MarketStore, _ now: Timestamp) async throws {
                let exchangeId = try await store.run(.exchangeId(of: "MEXC_SPOT"))
                try await store.insert(
                    AccountBalance(
                        exchangeId: exchangeId, accountType: .spot, asset: "BTC",
                        freeBalance: try wide("0.000000000000000001"), lockedBalance: try wide("1"), time: now))
                try await store.insert(
                    BalanceChange(
                        exchangeId: exchangeId, accountType: .spot, asset: "BTC", changeType: .deposit,
                        amount: try wide("1"), previousBalance: .zero, time: now))
                for balance in try await store.run(.latestBalances(totalAbove: try wide("0.5"))) {
                    print("total \(try balance.totalBalance)")
                }
                let account = ("MEXC_SPOT", AccountType.spot, "BTC")
                try expect(
                    try await store.run(
                        .balanceHistory(
                            exchange: account.0, accountType: account.1, asset: account.2, from: now, to: now.later(1)))
                        .count == 1)
                try expect(
                    try await store.run(
                        .balanceChanges(
                            exchange: account.0, accountType: account.1, asset: account.2, from: now, to: now.later(1)))
                        .count == 1)
            }

            static func orders(_ store: MarketStore, _ now: Timestamp) async throws {
                let pair = SymbolReference.symbol(exchange: "MEXC_SPOT", symbol: "BTCUSDT")
                let symbolId = try await store.run(.symbolIds(of: [pair]))[0]
                var order = OrderExecution(
                    symbolId: symbolId, orderId: "7", side: .buy, orderType: .limit, originalQuantity: try wide("2"),
                    orderPrice: try wide("100"), orderTime: now)
                _ = try await store.run(.recordExecution(order))
                try expect(try await store.run(.openOrders(of: .all)).count == 1)
                order.executionId = "7-1"
                order.executedQuantity = try wide("2")
                order.remainingQuantity = .zero
                order.executionPrice = try wide("99.5")
                order.executionTime = now
                order.status = .filled
                _ = try await store.run(.recordExecution(order))
                try await store.insert(
                    OrderStatusChange(
                        symbolId: symbolId, orderId: "7", previousStatus: .new, newStatus: .filled,
                        originalQuantity: try wide("2"), filledQuantity: try wide("2"), time: now))
                try expect(try await store.run(.order("7", of: pair)).map(\.status) == [.filled])
                try expect(try await store.run(.statusHistory(ofOrder: "7", of: pair)).count == 1)
                for performance in try await store.run(.tradingPerformance()) {
                    print("\(performance.pair) filled \(performance.filledCount)")
                }
            }

            /// Without a server: the database is asked for names too.
            static func blocking(_ database: String, _ now: Timestamp) throws {
                let nobody = ServerAddress.unix(path: "/nonexistent/symbology.sock")
                let store = try MarketStore(database) {
                    FallbackResolver(nobody) { () throws(MarketStoreError) in try DatabaseResolver(database) }
                }
                let eth = SymbolReference.unifiedName(exchange: "GATEIO_SPOT", name: "ETH/USDT")
                let symbolId = try store.run(.symbolIds(of: [eth]))[0]
                var tickers: [BookTicker] = []
                for index in 0..<10 {
                    tickers.append(
                        BookTicker(
                            symbolId: symbolId, bidPrice: try wide("1"), bidQuantity: try wide("1"),
                            askPrice: try wide("2"), askQuantity: try wide("1"), time: now.later(Int64(index))))
                }
                try expect(try store.insert(tickers).writtenCount == 10)
                try expect(try store.run(.latestBookTickers(of: .symbol(eth))).map(\.time) == [now.later(9)])
                store.close()
            }
        }
        """#
}
