import SymbologyWire

extension MessageLayout {
    static let requests: [MessageLayout] = [
        MessageLayout(
            name: "ResolveSymbol", template: .resolveSymbol, frameByteCount: WireLayout.ResolveSymbol.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ResolveSymbol.requestId, 4),
                .number("exchangeId", WireLayout.ResolveSymbol.exchangeId, 2),
                .text("symbol", WireLayout.ResolveSymbol.symbol),
            ]),
        MessageLayout(
            name: "ResolvePair", template: .resolvePair, frameByteCount: WireLayout.ResolvePair.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ResolvePair.requestId, 4),
                .number("exchangeId", WireLayout.ResolvePair.exchangeId, 2),
                .text("baseAsset", WireLayout.ResolvePair.baseAsset),
                .text("quoteAsset", WireLayout.ResolvePair.quoteAsset),
                .padding("padding", WireLayout.ResolvePair.padding),
            ]),
        MessageLayout(
            name: "ResolveExchange", template: .resolveExchange,
            frameByteCount: WireLayout.ResolveExchange.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ResolveExchange.requestId, 4),
                .padding("padding", WireLayout.ResolveExchange.padding),
                .text("code", WireLayout.ResolveExchange.code),
            ]),
        MessageLayout(
            name: "GetSymbol", template: .getSymbol, frameByteCount: WireLayout.GetSymbol.frameByteCount,
            fields: [
                .number("requestId", WireLayout.GetSymbol.requestId, 4),
                .number("symbolId", WireLayout.GetSymbol.symbolId, 4),
                .padding("padding", WireLayout.GetSymbol.padding),
            ]),
        MessageLayout(
            name: "GetExchange", template: .getExchange, frameByteCount: WireLayout.GetExchange.frameByteCount,
            fields: [
                .number("requestId", WireLayout.GetExchange.requestId, 4),
                .number("exchangeId", WireLayout.GetExchange.exchangeId, 2),
                .padding("padding", WireLayout.GetExchange.padding),
            ]),
        MessageLayout(
            name: "ListSymbols", template: .listSymbols, frameByteCount: WireLayout.ListSymbols.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ListSymbols.requestId, 4),
                .number("exchangeId", WireLayout.ListSymbols.exchangeId, 2),
                .number("activeOnly", WireLayout.ListSymbols.activeOnly, 1),
                .padding("padding1", WireLayout.ListSymbols.padding1),
                .number("afterSymbolId", WireLayout.ListSymbols.afterSymbolId, 4),
                .number("limit", WireLayout.ListSymbols.limit, 4),
                .number("expectedGeneration", WireLayout.ListSymbols.expectedGeneration, 8),
                .padding("padding2", WireLayout.ListSymbols.padding2),
            ]),
        MessageLayout(
            name: "ListExchanges", template: .listExchanges, frameByteCount: WireLayout.ListExchanges.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ListExchanges.requestId, 4),
                .number("marketType", WireLayout.ListExchanges.marketType, 1),
                .number("activeOnly", WireLayout.ListExchanges.activeOnly, 1),
                .number("afterExchangeId", WireLayout.ListExchanges.afterExchangeId, 2),
                .number("limit", WireLayout.ListExchanges.limit, 4),
                .padding("padding1", WireLayout.ListExchanges.padding1),
                .number("expectedGeneration", WireLayout.ListExchanges.expectedGeneration, 8),
                .padding("padding2", WireLayout.ListExchanges.padding2),
            ]),
        MessageLayout(
            name: "FindPair", template: .findPair, frameByteCount: WireLayout.FindPair.frameByteCount,
            fields: [
                .number("requestId", WireLayout.FindPair.requestId, 4),
                .padding("padding1", WireLayout.FindPair.padding1),
                .text("baseAsset", WireLayout.FindPair.baseAsset),
                .text("quoteAsset", WireLayout.FindPair.quoteAsset),
                .padding("padding2", WireLayout.FindPair.padding2),
            ]),
        MessageLayout(
            name: "SearchSymbols", template: .searchSymbols, frameByteCount: WireLayout.SearchSymbols.frameByteCount,
            fields: [
                .number("requestId", WireLayout.SearchSymbols.requestId, 4),
                .number("exchangeId", WireLayout.SearchSymbols.exchangeId, 2),
                .number("mode", WireLayout.SearchSymbols.mode, 1),
                .number("activeOnly", WireLayout.SearchSymbols.activeOnly, 1),
                .number("limit", WireLayout.SearchSymbols.limit, 2),
                .text("text", WireLayout.SearchSymbols.text),
            ]),
        MessageLayout(
            name: "Subscribe", template: .subscribe, frameByteCount: WireLayout.Subscribe.frameByteCount,
            fields: [
                .number("requestId", WireLayout.Subscribe.requestId, 4),
                .number("flags", WireLayout.Subscribe.flags, 1),
                .padding("padding1", WireLayout.Subscribe.padding1),
                .number("epoch", WireLayout.Subscribe.epoch, 8),
                .number("sequence", WireLayout.Subscribe.sequence, 8),
                .padding("padding2", WireLayout.Subscribe.padding2),
            ]),
        MessageLayout(
            name: "Unsubscribe", template: .unsubscribe, frameByteCount: WireLayout.Unsubscribe.frameByteCount,
            fields: [
                .number("requestId", WireLayout.Unsubscribe.requestId, 4),
                .padding("padding", WireLayout.Unsubscribe.padding),
            ]),
        MessageLayout(
            name: "Ping", template: .ping, frameByteCount: WireLayout.Ping.frameByteCount,
            fields: [
                .number("requestId", WireLayout.Ping.requestId, 4),
                .padding("padding1", WireLayout.Ping.padding1),
                .number("token", WireLayout.Ping.token, 8),
                .padding("padding2", WireLayout.Ping.padding2),
            ]),
        MessageLayout(
            name: "GetStatus", template: .getStatus, frameByteCount: WireLayout.GetStatus.frameByteCount,
            fields: [
                .number("requestId", WireLayout.GetStatus.requestId, 4),
                .padding("padding", WireLayout.GetStatus.padding),
            ]),
        MessageLayout(
            name: "GetSnapshot", template: .getSnapshot, frameByteCount: WireLayout.GetSnapshot.frameByteCount,
            fields: [
                .number("requestId", WireLayout.GetSnapshot.requestId, 4),
                .number("flags", WireLayout.GetSnapshot.flags, 1),
                .padding("padding", WireLayout.GetSnapshot.padding),
            ]),
        MessageLayout(
            name: "BeginBatch", template: .beginBatch, frameByteCount: WireLayout.BeginBatch.frameByteCount,
            fields: [
                .number("requestId", WireLayout.BeginBatch.requestId, 4),
                .number("count", WireLayout.BeginBatch.count, 4),
                .padding("padding", WireLayout.BeginBatch.padding),
            ]),
        MessageLayout(
            name: "Hello", template: .hello, frameByteCount: WireLayout.Hello.frameByteCount,
            fields: [
                .number("requestId", WireLayout.Hello.requestId, 4),
                .text("clientName", WireLayout.Hello.clientName),
                .text("environment", WireLayout.Hello.environment),
            ]),
        MessageLayout(
            name: "ListPairs", template: .listPairs, frameByteCount: WireLayout.ListPairs.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ListPairs.requestId, 4),
                .number("venueCountMin", WireLayout.ListPairs.venueCountMin, 2),
                .number("activeOnly", WireLayout.ListPairs.activeOnly, 1),
                .padding("padding1", WireLayout.ListPairs.padding1),
                .number("afterSymbolId", WireLayout.ListPairs.afterSymbolId, 4),
                .number("limit", WireLayout.ListPairs.limit, 4),
                .number("expectedGeneration", WireLayout.ListPairs.expectedGeneration, 8),
                .padding("padding2", WireLayout.ListPairs.padding2),
            ]),
        MessageLayout(
            name: "ListAssets", template: .listAssets, frameByteCount: WireLayout.ListAssets.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ListAssets.requestId, 4),
                .number("exchangeId", WireLayout.ListAssets.exchangeId, 2),
                .text("afterAsset", WireLayout.ListAssets.afterAsset),
                .number("activeOnly", WireLayout.ListAssets.activeOnly, 1),
                .padding("padding1", WireLayout.ListAssets.padding1),
                .number("limit", WireLayout.ListAssets.limit, 4),
                .number("expectedGeneration", WireLayout.ListAssets.expectedGeneration, 8),
                .padding("padding2", WireLayout.ListAssets.padding2),
            ]),
        MessageLayout(
            name: "ListStaleSymbols", template: .listStaleSymbols,
            frameByteCount: WireLayout.ListStaleSymbols.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ListStaleSymbols.requestId, 4),
                .number("exchangeId", WireLayout.ListStaleSymbols.exchangeId, 2),
                .number("activeOnly", WireLayout.ListStaleSymbols.activeOnly, 1),
                .padding("padding1", WireLayout.ListStaleSymbols.padding1),
                .number("afterSymbolId", WireLayout.ListStaleSymbols.afterSymbolId, 4),
                .number("limit", WireLayout.ListStaleSymbols.limit, 4),
                .number("expectedGeneration", WireLayout.ListStaleSymbols.expectedGeneration, 8),
                .signed("notSeenSince", WireLayout.ListStaleSymbols.notSeenSince, 8),
                .padding("padding2", WireLayout.ListStaleSymbols.padding2),
            ]),
        MessageLayout(
            name: "ListRefused", template: .listRefused, frameByteCount: WireLayout.ListRefused.frameByteCount,
            fields: [
                .number("requestId", WireLayout.ListRefused.requestId, 4),
                .number("afterKind", WireLayout.ListRefused.afterKind, 1),
                .padding("padding1", WireLayout.ListRefused.padding1),
                .number("limit", WireLayout.ListRefused.limit, 4),
                .number("expectedGeneration", WireLayout.ListRefused.expectedGeneration, 8),
                .signed("afterId", WireLayout.ListRefused.afterId, 8),
                .padding("padding2", WireLayout.ListRefused.padding2),
            ]),
    ]
}
