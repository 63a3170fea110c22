"""Compares what a server answers with the list that was imported, row by row and digit by digit.

Usage: compare.py SCHEMA SOCKET EXCHANGE LIST REJECTS. LIST is a CSV file in the columns of import, or what ccxt's
load_markets() returns as JSON; REJECTS is what `symbology import --rejects` wrote. Every row is asked for by its
string, and by its unified symbol where no other row has the same. A row is left out when a reject is of it, each of
one row, and for a reason that lies in the row: what the reason quotes stands there. Prints the counts and a line per
difference; exits 1 when there was any.
"""

import collections
import csv
import datetime
import json
import re
import sys
import time
from decimal import Decimal

import wire

NUMBERS = {
    "min_order_size": "minOrderSize", "max_order_size": "maxOrderSize", "tick_size": "tickSize",
    "step_size": "stepSize", "min_notional": "minNotional", "contract_size": "contractSize", "strike": "strike",
}
DIGITS = {
    "precision_price": ("pricePrecision", "tick_size"), "precision_base": ("basePrecision", "step_size"),
    "precision_quote": ("quotePrecision", None),
}
TIMES = {"expires_at": "expiresAt", "listed_at": "listedAt", "delists_at": "delistsAt"}
TEXTS = {"base_asset": "baseAsset", "quote_asset": "quoteAsset", "settle_asset": "settleAsset"}
MARKET_KEY = ("symbol_string", "base_asset", "quote_asset", "kind")
KINDS = {"spot": "spot", "swap": "perpetual", "future": "future", "option": "option"}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def microseconds(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def decimal(text):
    """Exact; 0 is how venues write that there is none."""
    return Decimal(text) if text and Decimal(text) else None


def unified_name(row):
    """As ccxt makes it; None where the row has none."""
    name = f"{row['base_asset']}/{row['quote_asset']}"
    if row["kind"] == "spot":
        return name
    if row["kind"] == "other" or not row["settle_asset"]:
        return None
    name += ":" + row["settle_asset"]
    if row["kind"] != "perpetual":
        name += (EPOCH + datetime.timedelta(microseconds=row["expires_at"])).strftime("-%y%m%d")
    if row["kind"] == "option":
        name += f"-{row['strike'].normalize():f}-{row['option_type'][0].upper()}"
    return name


def of_csv(path, market_type):
    """Each row, and what a reject of it begins with."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        lines = csv.reader(file)
        header = next(lines)
        for fields in lines:
            yield read_csv(dict(zip(header, fields)), market_type), tuple(fields)


def read_csv(row, market_type):
    """None where a number or a time is none: then there must be a reject."""
    try:
        kind = row.get("kind") or {"spot": "spot", "futures": "perpetual"}.get(market_type, "other")
        settle, payoff = row.get("settle_asset"), row.get("payoff")
        if not row.get("kind") and kind == "perpetual":
            settle, payoff = settle or row["quote_asset"], payoff or "linear"
        known = {
            "symbol_string": row["symbol_string"], "kind": kind, "payoff": payoff or "any",
            "option_type": row.get("option_type") or "any", "is_tiered": row.get("is_tiered") == "true",
            "is_active": (row.get("is_active") or "true") == "true",
            "base_asset": row["base_asset"], "quote_asset": row["quote_asset"], "settle_asset": settle or "",
            **{column: decimal(row.get(column)) for column in NUMBERS},
            **{column: int(row[column]) if row.get(column) else None for column in DIGITS},
            **{column: microseconds(row[column]) if row.get(column) else None for column in TIMES},
        }
        return dict(known, name=unified_name(known))
    except (ArithmeticError, KeyError, ValueError):
        return None


def of_ccxt(path):
    with open(path) as file:
        # The digits of the text: a float would round them.
        markets = json.load(file, parse_float=Decimal, parse_int=Decimal)
    for market in markets.values() if isinstance(markets, dict) else markets:
        kind = KINDS.get(market["type"], "other")
        amount, cost = market["limits"].get("amount") or {}, market["limits"].get("cost") or {}
        quote_step = market["precision"].get("quote")
        payoff = next((name for name in ("quanto", "inverse", "linear") if market.get(name)), "any")
        row = {
            "symbol_string": market["id"], "name": market["symbol"], "kind": kind,
            "payoff": "any" if kind == "spot" else payoff, "option_type": market.get("optionType") or "any",
            "is_active": market.get("active") is not False, "base_asset": market["base"],
            "quote_asset": market["quote"], "settle_asset": "" if kind == "spot" else market.get("settle") or "",
            "min_order_size": amount.get("min") or None, "max_order_size": amount.get("max") or None,
            "min_notional": cost.get("min") or None, "tick_size": market["precision"].get("price") or None,
            "step_size": market["precision"].get("amount") or None,
            "contract_size": None if kind == "spot" else market.get("contractSize"), "strike": market.get("strike"),
            "precision_price": None, "precision_base": None, "precision_quote": digits_of(quote_step),
            "expires_at": market["expiry"] and int(market["expiry"] * 1000),
            "listed_at": market.get("created") and int(market["created"] * 1000), "delists_at": None,
            "is_tiered": False,
        }
        yield row, (market["id"], market["base"], market["quote"], kind)


def of_rejects(path, is_ccxt):
    """What the program left out and why, by what tells the row: of a CSV file all of it."""
    rejects = collections.defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        header = next(lines)
        for *fields, reason in lines:
            row = dict(zip(header, fields))
            key = tuple(row.get(column) for column in MARKET_KEY) if is_ccxt else tuple(fields)
            rejects[key].append((row, reason))
    return rejects


def lies_in(row, reason):
    """Whether the row shows why: what is quoted is a value of it, a sign in a value behind that, or, where nothing is
    quoted, something that is named.
    """
    def is_in(text):
        start = text.removesuffix("…")
        return any(value == text or start != text and value.startswith(start) for value in row.values())

    # What nobody sees is written out.
    reason = re.sub(r"\\u\{([0-9A-F]+)\}", lambda match: chr(int(match[1], 16)), reason)
    quoted = re.findall(r'"([^"]*)"', reason)
    if quoted:
        return is_in(quoted[0]) and all(any(text in value for value in row.values()) for text in quoted[1:])
    assets = f"{row.get('base_asset')}/{row.get('quote_asset')}"
    return any(is_in(word) or word in row or word.split(":")[0] == assets for word in re.split(r"[ ;,]+", reason))


def digits_of(increment):
    return None if increment is None else max(0, -increment.normalize().as_tuple().exponent)


def differences(row, record, precision_default):
    def differs(name, served, listed):
        if served != listed:
            yield f"{name} is {served}, the list says {listed}"

    for column, field in TEXTS.items():
        yield from differs(column, record[field], row[column])
    for column, field in NUMBERS.items():
        mantissa = record[field + "Mantissa"]
        served = None if mantissa is None else Decimal(mantissa).scaleb(record[field + "Exponent"])
        yield from differs(column, served, row[column])
    for column, field in TIMES.items():
        yield from differs(column, record[field], row[column])
    for column, (field, increment) in DIGITS.items():
        listed = row[column]
        if listed is None:
            listed = digits_of(row[increment]) if increment and row[increment] is not None else precision_default
            yield from differs(f"derived {column}", field in record["derivedDigits"], listed is not None)
        else:
            yield from differs(f"derived {column}", field in record["derivedDigits"], False)
        yield from differs(column, record[field], listed)
    for name, field in (("kind", "kind"), ("payoff", "payoff"), ("option_type", "optionType")):
        yield from differs(name, record[field], row[name])
    now = (datetime.datetime.now(datetime.timezone.utc) - EPOCH) // datetime.timedelta(microseconds=1)
    is_active = row["is_active"] and all(row[due] is None or row[due] > now for due in ("expires_at", "delists_at"))
    yield from differs("active", "active" in record["flags"], is_active)
    yield from differs("tiered", "tiered" in record["flags"], row["is_tiered"])


def main():
    schema_path, socket_path, code, list_path, rejects_path = sys.argv[1:]
    client = wire.Client(wire.Schema(schema_path), socket_path)
    # An import is served some milliseconds after its end.
    deadline = time.monotonic() + 20

    def wait_until(is_so):
        while not is_so() and time.monotonic() < deadline:
            time.sleep(0.05)

    wait_until(lambda: client.ask("ResolveExchange", [{"code": code}])[0]["status"] == "ok")
    (exchange,) = client.ask("ResolveExchange", [{"code": code}])
    exchange_id, default = exchange["exchangeId"], exchange["precisionDefault"]
    is_ccxt = list_path.endswith(".json")
    rows = list(of_ccxt(list_path) if is_ccxt else of_csv(list_path, exchange["marketType"]))
    rejects = of_rejects(rejects_path, is_ccxt)

    faults, reasons, asked = [], collections.Counter(), []
    for row, key in rows:
        if rejects.get(key):
            reject, reason = rejects[key].pop()
            reasons[reason] += 1
            if not lies_in(reject, reason):
                faults.append(f"{code} {key}: left out for what is not in it: {reason}")
        elif row is None:
            faults.append(f"{code} {key}: cannot be read, and no reject is of it")
        else:
            asked.append(row)
    faults += [f"{code} {key}: a reject of no row" for key, left in rejects.items() if left]
    wait_until(lambda: len(client.list("ListSymbols", {"exchangeId": exchange_id})) >= len(asked))
    requests = [{"exchangeId": exchange_id, "symbolText": row["symbol_string"]} for row in asked]
    resolutions = client.ask("ResolveSymbol", requests)
    records = client.ask("GetSymbol", [{"symbolId": resolution["symbolId"]} for resolution in resolutions])
    for row, resolution, record in zip(asked, resolutions, records):
        place = f"{code} {row['symbol_string']}"
        if resolution["status"] not in ("ok", "inactive") or record["symbolText"] != row["symbol_string"]:
            faults.append(f"{place}: {resolution['status']}, and no reject names it")
            continue
        faults += [f"{place}: {difference}" for difference in differences(row, record, default)]
    counts = collections.Counter(row["name"] for row in asked)
    # What a pair means depends on what the exchange trades.
    kinds = {"perpetual", "future", "option"} | ({"spot"} if exchange["marketType"] == "spot" else set())
    named = [
        (row, resolution) for row, resolution in zip(asked, resolutions)
        if row["kind"] in kinds and row["name"] and counts[row["name"]] == 1 and len(row["name"].encode()) <= 50
    ]
    names = [{"exchangeId": exchange_id, "unifiedName": row["name"]} for row, _ in named]
    for (row, resolution), by_name in zip(named, client.ask("ResolveUnified", names)):
        if by_name["symbolId"] != resolution["symbolId"]:
            faults.append(f"{code} {row['name']}: {by_name['status']} {by_name['symbolId']} by its unified symbol")

    print(f"{code}: {len(rows)} rows, {len(asked)} served ({len(named)} by name too), {sum(reasons.values())} left out")
    for reason, count in reasons.most_common():
        print(f"  {count} left out: {reason}")
    for fault in faults[:50]:
        print(f"  {fault}")
    if faults:
        sys.exit(f"{code}: {len(faults)} differences")


main()
