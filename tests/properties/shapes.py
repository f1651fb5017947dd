"""Random shapes of a market, in the words of rulebook 9, as plain data: scalars are text.

Names are made up, so that nothing can lean on those of a province.
"""

from __future__ import annotations

from typing import Any

from tests.properties.draws import Chooser

Data = dict[str, Any]
PERIOD_IDS = ("dawn", "早", "7", "noon", "eve", "NA")
ACCOUNT, FUND = "GRID", "GOVERNMENT"
COLUMNS = ("cap", "floor", "benchmark", "agency_price", "coal_index_last_month")  # of `market_prices`
VARIETIES = ["green", "distributed", "cross_province", "pumped_storage", "transferred", "direct"]
KEYS = ({"variety": ["green", "distributed"], "first": "true"}, "ends_this_month", "variety",
        {"group": ["listing", "auction", "bilateral"]}, "price", "time")  # fmt: skip


def random_shape(choose: Chooser) -> Data:
    """1–6 periods, 1–3 modes, 1–4 bands a side, any charges, any mechanism, both counterparties."""
    periods = choose.some(PERIOD_IDS, 1, 6)
    market = choose.chance(40)
    products, modes = {}, {}
    for mode in choose.some(("m", "分", "x"), 1, 3):
        groups = grouped(choose, periods)
        names = [f"{mode}{number}" for number in range(1, len(groups) + 1)]
        products |= dict(zip(names, groups, strict=True))
        modes[mode] = a_mode(choose, periods, names, market=market)
    keyed = choose.chance(50)
    # Users without a unit have no position, so no charge of theirs may rest on one.
    plain = [name for name, mode in modes.items() if "_mean" not in str(mode["charges"])]
    shape = {
        "id": "random",
        "periods": periods,
        "hours": hours(choose, periods),
        "coefficients": {period: choose.one(("1.57", "1", "0.5", "0", "0.3333")) for period in periods},
        "products": products,
        "modes": modes,
        "accounts": [ACCOUNT, FUND, "MARKET"] if market else [ACCOUNT, FUND],
        "counterparty": "market" if market else "direct",
        "order_of_legs": [KEYS[place] for place in choose.some(range(len(KEYS)), 1, len(KEYS))]
        if keyed
        else "pro_rata",
        "varieties": VARIETIES if keyed else "none",
        "tariff": {"rate": "by_period", "grid": "one", "levy": "one"},
        "off_tariff": off_tariff(choose, periods, list(modes)) if choose.chance(40) else "none",
        "regimes": [a_regime(choose, periods, modes, products, market=market)] if choose.chance(30) else [],
        "outside": {
            "left_market": [
                {"item": "left", "price": a_price(choose, periods, of_cell=True), "payee": ACCOUNT},
                *([{"charges": choose.one(plain)}] if plain and choose.chance(30) else []),
            ],
            "priority_purchase": [{"item": "fixed", "price": {"tariff": "rate"}, "payee": ACCOUNT}],
        },
        "fees": {"item": "deviation_fee", "payee": ACCOUNT, **returned(choose)},
        "definitions": {"K": steps(choose)},
        "transfers": {"item": "transfer", **({"variety": "transferred"} if keyed else {})},
        "sessions": session_kinds(choose),
        "without_sessions": "none",
        "sellers": sellers(choose) if market else "none",
        "checks": ["credit", "curve_balance"],
    }
    return shape


def grouped(choose: Chooser, periods: list[str]) -> list[list[str]]:
    """The periods in one product, in one each, or between."""
    count = choose.one((1, len(periods), choose.number(1, len(periods))))
    groups: list[list[str]] = [[] for _ in range(count)]
    for place, period in enumerate(periods):
        groups[place % count].append(period)
    return groups


def hours(choose: Chooser, periods: list[str]) -> list[Data]:
    """Every quarter-hour in one period; often other hours in some months or on some days."""

    def use() -> Data:
        edges = sorted(choose.some(range(1, 48), len(periods), len(periods)))  # half hours
        clocks = [f"{edge // 2:02d}:{edge % 2 * 30:02d}" for edge in edges]
        if len(periods) == 1:
            return {periods[0]: ["00:00-24:00"]}
        ends = [*clocks[1:], clocks[0]]  # the last range passes midnight
        return {p: [f"{start}-{end}"] for p, start, end in zip(periods, clocks, ends, strict=True)}

    entries = [{"use": use()}]
    if choose.chance(40):
        entries.insert(0, {"months": ["1", "7", "8"], "days": choose.one(("working_days", "days_off")), "use": use()})
    return entries


# ---- prices --------------------------------------------------------------------------------------------------------


def a_price(
    choose: Chooser, periods: list[str], *, of_cell: bool = False, of_position: bool = False, deep: int = 1
) -> Any:
    """A price expression that is there: where a part may be absent, a number stands behind it."""
    number = choose.one(("0.5", "10", "333.333", "600"))
    options: list[Any] = [number, {"market": choose.one(("cap", "benchmark"))}]
    options.append({"first": [{"market": "agency_price"}, number]})
    options.append(
        {"first": [{"mean": [choose.one(("auction", "listing", "filed"))]}, {"transfers": "sellers"}, number]}
    )
    if of_cell:
        mapped = {choose.one(periods): choose.one(periods)}
        options += [
            {"tariff": "rate"}, {"tariff": "rate", "period": mapped}, {"tariff": "rate", "period": choose.one(periods)},
            {"tariff": "grid"}, {"product": [{"tariff": "grid"}, "coefficient"]},
            {"product": [{"tariff": "rate"}, {"less": ["coefficient", "1"]}]},
            {"less": [{"tariff": "rate"}, {"tariff": "levy"}]},
        ]  # fmt: skip
    if of_position:
        options.append({"first": ["contract_mean", number]})
        options.append({"first": ["in_band_mean", number]})
    if deep:
        parts = [a_price(choose, periods, of_cell=of_cell, of_position=of_position, deep=0) for _ in range(2)]
        options += [
            {"sum": parts}, {"least": parts}, {"greatest": parts},
            {"times": [choose.one(("0.1", "1.2", "0.3333", "K")), parts[0]]},
        ]  # fmt: skip
    return choose.one(options)


def steps(choose: Chooser) -> Data:
    of = {"market": "coal_index_last_month"}
    return {
        "steps": {"of": of, "below": {"800": "0.9", "1500": choose.one(("0.95", "1.05"))}, "else": "1", "absent": "1"}
    }


# ---- modes ---------------------------------------------------------------------------------------------------------


def a_mode(choose: Chooser, periods: list[str], products: list[str], *, market: bool) -> Data:
    uppers = sorted(choose.some(("0.9", "1", "1.02", "1.05", "1.1", "1.3"), 1, 4), key=float)
    lowers = sorted(choose.some(("1", "0.97", "0.9", "0.5", "0"), 0, 4), key=float, reverse=True)
    payees = ("MARKET", ACCOUNT) if market else (ACCOUNT,)
    over = [
        {
            "edge": edge,
            "price": a_price(choose, periods, of_cell=True, of_position=True),
            "payee": choose.one(payees),
            "fee": a_fee(choose, periods),
        }
        for edge in uppers
    ]
    if choose.chance(30):
        least = choose.one(({"market": "cap"}, "300"))
        over[-1] |= {"exempt": {"unfilled": "auction", "price_at_least": least}, "fee": {"market": "benchmark"}}
    if choose.chance(20):  # a value that changes within the year; the edges stay in order
        over[-1]["edge"] = [{"from": "2021-01", "value": uppers[-1]}, {"from": "2023-05", "value": "1.4"}]
    under = [
        {"edge": edge, "price": a_price(choose, periods, of_position=True), "fee": a_fee(choose, periods)}
        for edge in lowers
    ]
    charges = [
        {
            "item": item,
            "base": choose.one(("in_band", "metered")),
            "price": a_price(choose, periods, of_cell=True, of_position=True),
            "payee": choose.one((ACCOUNT, FUND)),
            **({"only": "peak_valley_tariff"} if choose.chance(20) else {}),
        }
        for item in choose.some(("wires", "levy", "swing"), 0, 3)
    ]
    return {"products": products, "over": over, "under": under, "charges": charges}


def a_fee(choose: Chooser, periods: list[str]) -> Any:
    return a_price(choose, periods) if choose.chance(40) else "0"


def off_tariff(choose: Chooser, periods: list[str], modes: list[str]) -> Data:
    also = choose.some(("regimes", "left_market", "priority_purchase"), 0, 3)
    some_modes = choose.some(modes, 0, len(modes))
    return {"flag": "peak_valley_tariff", "period": choose.one(periods), "modes": some_modes, "also": also}


def a_regime(choose: Chooser, periods: list[str], modes: Data, products: Data, *, market: bool) -> Data:
    product = choose.one(list(products))
    price = a_price(choose, periods, of_cell=True)
    return {
        "months": ["2023-01", "2023-02"],
        "trial": choose.one(("true", "false")) if not market else "false",
        "over": [{"edge": "open", "price": price, "payee": ACCOUNT, "fee": "0"}],
        "under": [],
        **({"leg_price": {"mean_of_product": product, "of": "unit_month", "else": "own", "keeps": [product]}}
           if choose.chance(60) else {}),
        "charges": {choose.one(list(modes)): choose.one(list(modes))},
    }  # fmt: skip


def returned(choose: Chooser) -> Data:
    if choose.chance(50):
        return {}
    to = ["direct_users", "retailers", ACCOUNT]
    return {"returned": {"item": "fee_return", "to": to, "by": "metered", "of_grid": {"table": "agency"}}}


# ---- sessions and sellers ------------------------------------------------------------------------------------------


def session_kinds(choose: Chooser) -> Data:
    """Filings; an auction, which may have transfers and takers; a listing; transfers alone."""
    auction: Data = {"how": choose.one(("high_low", "uniform")), "k": choose.one(("0.5", "0", "0.3333"))}
    auction["ties"] = choose.one(("time", "pro_rata"))
    if auction["how"] == "uniform":
        auction["ties"] = choose.one(
            (
                "time",
                "pro_rata",
                "pro_rata_at_the_margin",
                {"sell": ["time", "capacity", "file"], "buy": ["time", "file"]},
            )
        )
        auction |= {"takers": "any", "accounts": [ACCOUNT]}
    if choose.chance(50):
        auction["heat_priority"] = "true"
    return {
        "filed": {"how": "filings", "group": "bilateral", "annual": "true"},
        "auction": auction
        | {"group": "auction"}
        | clamp(choose)
        | ({"transfers": "also"} if choose.chance(50) else {}),
        "listing": {"how": "rolling", "group": "listing"} | clamp(choose),
        "swap": {
            "how": choose.one(("rolling", "high_low")),
            "transfers": choose.one(("only", "also")),
            "group": "listing",
        },
    }


def clamp(choose: Chooser) -> Data:
    return choose.one(({}, {"clamp": "true"}, {"price_cap": "380"}, {"price_floor": {"market": "benchmark"}}))


def sellers(choose: Chooser) -> Data:
    """A set with MARKET between buyers and sellers says how a seller's own deviation settles."""
    candidates = [{"mean": ["auction"]}, {"mean": ["listing"]}, {"transfers": "sellers"}, {"market": "benchmark"}]
    fee = {"item": "deviation_fee", "flag": "own_fault", "free": "0.02", "price": {"times": ["0.1", {"market": "cap"}]}}
    own = {word: {"least": [{"market": "cap"}, {"times": ["K", {word: candidates}]}]} for word in ("least", "greatest")}
    return {
        "table": "generation",
        "take_or_pay": {"item": "energy", "payer": "MARKET"},
        "structural": {
            "item": "structural", "account": ACCOUNT, "by": "generation",
            "price": {"first": [{"mean": ["auction"]}, {"market": "benchmark"}]},
        },
        "over": {"item": "over_generation", "account": "MARKET", "price": own["least"]},
        "under": {"item": "under_generation", "account": "MARKET", "price": own["greatest"]},
        "fee": fee if choose.chance(70) else "none",
        "balance": {"item": "market_balance", "of": "MARKET", "by": "generation", "if_none": ACCOUNT},
    }  # fmt: skip
