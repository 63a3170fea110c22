"""Asks ccxt itself, the package from PyPI, about lists of markets.

    ccxt_library.py write MARKETS OUTPUT     what load_markets() returns of an exchange with these markets, as JSON
    ccxt_library.py compare MARKETS EXPORT   whether set_markets() makes the same markets of both

`compare` prints a line for each difference in what an export keeps, and the number of markets; exits 1 when there was any.
"""

import json
import sys
import time

import ccxt

def kept(market):
    """What an export keeps of a market."""
    expired = (market["expiry"] or 2**60) <= time.time() * 1000
    limits, precision = market["limits"], market["precision"]
    return {
        # None and false are one: ccxt itself leaves out what a market is not.
        **{name: market[name] or None for name in (
            "id", "symbol", "base", "quote", "settle", "type", "subType", "spot", "swap", "future", "option", "contract",
            "linear", "inverse", "contractSize", "expiry", "expiryDatetime", "strike", "optionType", "created")},
        "quanto": market.get("quanto") or None,
        # What nobody knows is taken for active, and what has expired is not.
        "active": market["active"] is not False and not expired,
        "precision": {name: precision.get(name) for name in ("amount", "price", "quote")},
        "amount": limits["amount"], "cost": limits["cost"]["min"],
    }


def exchange(path):
    exchange = ccxt.Exchange({"id": "venue"})
    exchange.precisionMode = ccxt.TICK_SIZE
    exchange.paddingMode = ccxt.NO_PADDING
    with open(path) as file:
        exchange.set_markets(json.load(file))
    return exchange


def main():
    mode, markets, other = sys.argv[1:]
    wanted = exchange(markets)
    if mode == "write":
        with open(other, "w") as file:
            json.dump(wanted.load_markets(), file)
        return
    exported = exchange(other)
    faults = []
    if sorted(exported.markets) != sorted(wanted.markets):
        faults.append(f"symbols: {sorted(exported.markets)} instead of {sorted(wanted.markets)}")
    for symbol in wanted.markets.keys() & exported.markets.keys():
        market, found = kept(wanted.markets[symbol]), kept(exported.markets[symbol])
        for name in market:
            if market[name] != found[name]:
                faults.append(f"{symbol}: {name} is {found[name]}, not {market[name]}")
        if exported.market(symbol)["id"] != exported.markets_by_id[market["id"]][0]["id"]:
            faults.append(f"{symbol}: not found by its id")
        # Whole ticks are what an order is rounded to.
        for price in (98765.4321, 1234567.891):
            if wanted.price_to_precision(symbol, price) != exported.price_to_precision(symbol, price):
                faults.append(f"{symbol}: {price} is rounded to another price")
    print("".join(f"{fault}\n" for fault in faults) + f"{len(exported.markets)} markets")
    sys.exit(1 if faults else 0)


main()
