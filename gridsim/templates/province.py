"""The province template: a synthetic market of any size, realistic in shape, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import months_of
from gridsim.templates.draws import Integers
from gridsim.templates.market import RULES, market, tables
from gridsim.templates.naming import renamed
from gridsim.templates.profiles import INDUSTRIES, TARIFFS, TECHNOLOGIES
from gridsim.templates.province_contracts import bilateral_columns
from gridsim.templates.province_figures import figures, ready_rows
from gridsim.templates.province_market import write_market
from gridsim.templates.province_orders import order_columns
from gridsim.templates.province_sessions import bilateral_session, matched_sessions
from gridsim.templates.province_units import Generators, Lines, draw_generators, lines_of_units
from gridsim.templates.province_users import (
    MeterNoise,
    Users,
    draw_history,
    draw_users,
    expected_load,
    period_shares,
)
from gridsim.templates.writing import (
    Codes,
    TableWriter,
    Values,
    compact,
    template_text,
    write_columns,
    write_rows,
    write_text,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gridsim.columns import Column

__all__ = ["write_province"]

MOST_USERS_IN_CSV = 20_000
"""With more users than that, the large tables are Parquet."""

# Users to work on at once: bounds the memory, and is the length of a row group of `meter` by 36.
_BLOCK = 32_768

SCENARIO_YAML = """\
# SYNTHETIC: made by `gridsim new --template province --users {users} --seed {seed}{option}`; no number in it is real.
# 合成数据：全部数字均由程序随机生成，不是真实数据。
name: synthetic province
year: {year}
rules: {rules}
seed: {seed}
"""


def write_province(
    folder: Path, name: str, users: int, seed: int, parquet: bool | None = None, rules: str = RULES
) -> None:
    """Write a synthetic province into an empty folder.

    Parameters
    ----------
    folder : Path
    name : str
        Of the scenario.
    users : int
        How many users, at least 1.
    seed : int
        Not negative.
    parquet : bool, optional
        Whether the tables that grow with the users are Parquet; if not given, from 20,001 users on.
    rules : str
        The shipped rule set whose province it is.
    """
    if parquet is None:
        parquet = users > MOST_USERS_IN_CSV
    drawn = draw_users(seed, users, rules)
    generators = draw_generators(seed, users)
    shares = period_shares(seed, drawn)
    lines = lines_of_units(drawn, ((rows, expected_load(drawn, shares, rows)) for rows in _blocks(users)))

    generator_ids = _ids("G", len(generators))
    retailer_ids = _ids("R", drawn.retailers)
    user_ids = _ids("U", users)
    _write_participants(folder, drawn, generators, generator_ids, retailer_ids, user_ids, parquet, rules)
    _write_tariffs(folder, drawn, rules)

    if len(market(rules).mode_ids) > 1:  # who may choose between modes is told by its history
        user, year, energy = draw_history(seed, drawn)
        history: dict[str, Values] = {"user_id": Codes(user, user_ids), "year": year, "energy_kwh": energy}
        write_columns(folder, "history", history, parquet=parquet)

    sessions = (bilateral_session(rules), *matched_sessions(rules))
    write_rows(folder, "sessions", (session.row for session in sessions), rules)
    buyer_ids = [*retailer_ids, *user_ids]
    sold = _write_trading(folder, seed, drawn, generators, lines, generator_ids, buyer_ids, parquet, rules)
    write_market(folder, seed, lines, sold, generator_ids, rules, parquet)
    _write_meter(folder, seed, drawn, shares, user_ids, parquet, rules)

    option = "" if rules == RULES else f" --rules {rules}"
    counts = {
        "rules": rules,
        "option": option,
        "year": figures(rules).year,
        "users": users,
        "seed": seed,
        "generators": len(generators),
        "retailers": drawn.retailers,
    }
    for readme, text in (("README.md", "province.en.md"), ("README.zh.md", "province.zh.md")):
        write_text(folder / readme, template_text(text, rules).format(**counts))
    # Last of all: a folder whose writing broke off has no scenario.yaml, so nothing takes it for a scenario.
    write_text(folder / "scenario.yaml", renamed(SCENARIO_YAML.format(**counts), name))


def _ids(letter: str, count: int) -> list[str]:
    """Names of one letter and a number of equal length."""
    width = max(4, len(str(count)))
    return [f"{letter}{number:0{width}d}" for number in range(1, count + 1)]


def _blocks(users: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOCK, users)) for start in range(0, users, _BLOCK))


def _write_participants(
    folder: Path,
    users: Users,
    generators: Generators,
    generator_ids: list[str],
    retailer_ids: list[str],
    user_ids: list[str],
    parquet: bool,
    rules: str,
) -> None:
    shape = market(rules)
    heat = any(kind.heat_priority for kind in shape.sessions)
    known = {column.name for column in tables(rules)["generators"]}
    technologies = [TECHNOLOGIES[code] for code in generators.technology]
    write_rows(
        folder,
        "generators",
        (
            (
                name,
                f"合成{technology.zh} {name[1:]}",
                technology.name,
                str(technology.heat_priority).lower() if heat else "",
                *([str(capacity)] if "capacity_mw" in known else []),
            )
            for name, technology, capacity in zip(generator_ids, technologies, generators.capacity, strict=True)
        ),
        rules,
    )
    write_rows(folder, "retailers", ((name, f"合成售电公司 {name[1:]}") for name in retailer_ids), rules)
    industries = [industry.zh for industry in INDUSTRIES]
    columns: dict[str, Values] = {
        "user_id": user_ids,
        "name": [
            f"合成用户 {name[1:]} {industries[code]}"
            for name, code in zip(user_ids, users.industry.tolist(), strict=True)
        ],
        "tariff_class": compact(users.tariff, [tariff.tariff_class for tariff in TARIFFS]),
        "voltage": compact(users.tariff, [tariff.voltage for tariff in TARIFFS]),
        "retailer_id": Codes(users.retailer, retailer_ids),
        "exit_month": Codes(users.exit_month, months_of(figures(rules).year)),
    }
    if len(shape.periods) > 1:
        columns["peak_valley_tariff"] = users.peak_valley
    if len(shape.mode_ids) > 1:
        columns["mode"] = Codes(users.splits, shape.mode_ids)
    if figures(rules).priority_share:
        columns["priority_purchase"] = users.priority
    write_columns(folder, "users", columns, parquet=parquet, spec=_there(rules, "users", columns))


def _there(rules: str, table: str, columns: Mapping[str, Values]) -> list[Column]:
    """Those columns of a table that are written, in its order."""
    return [column for column in tables(rules)[table] if column.exact in columns]


def _write_tariffs(folder: Path, users: Users, rules: str) -> None:
    """The tariffs that somebody is on."""
    used = {(TARIFFS[number].tariff_class, TARIFFS[number].voltage) for number in np.unique(users.tariff)}
    write_rows(folder, "tariffs", (row for row in ready_rows(rules, "tariffs") if row[:2] in used), rules)


def _write_trading(
    folder: Path,
    seed: int,
    users: Users,
    generators: Generators,
    lines: Lines,
    generator_ids: list[str],
    buyer_ids: list[str],
    parquet: bool,
    rules: str,
) -> Integers:
    """Write filings and orders; what the generators sell by them, about, of the shape (generators, 12) [kWh]."""
    contracts, sold = bilateral_columns(seed, lines, generators, generator_ids, buyer_ids, rules)
    write_columns(folder, "bilateral", contracts, parquet=parquet, spec=_there(rules, "bilateral", contracts))
    first_buyer = len(generators)
    bound: Integers = first_buyer + users.retailers + np.flatnonzero(users.retailer >= 0)
    participants = [*generator_ids, *buyer_ids]
    blocks = order_columns(seed, lines, generators, participants, first_buyer, bound, sold, rules)
    first = [*islice(blocks, 1)]  # a market of one user may have no order at all
    columns = _there(rules, "orders", first[0]) if first else None
    with TableWriter(folder, "orders", parquet=parquet, columns=columns) as writer:
        for block in chain(first, blocks):
            writer.write(block)
    return sold


def _write_meter(
    folder: Path, seed: int, users: Users, shares: Integers, user_ids: list[str], parquet: bool, rules: str
) -> None:
    noise = MeterNoise(seed)
    months, periods = months_of(figures(rules).year), market(rules).periods
    names = {"user_id", "month", "energy_kwh"} | ({"period"} if len(periods) > 1 else set())
    columns = [column for column in tables(rules)["meter"] if column.exact in names]
    with TableWriter(folder, "meter", parquet=parquet, columns=columns) as writer:
        for rows in _blocks(len(users)):
            energy = noise.meter(expected_load(users, shares, rows))
            if len(periods) == 1:
                energy = energy.sum(axis=2, keepdims=True)
            count, _, each = energy.shape
            writer.write(
                {
                    "user_id": Codes(np.repeat(np.arange(count, dtype=np.int32), 12 * each), user_ids[rows]),
                    "month": Codes(np.tile(np.repeat(np.arange(12, dtype=np.int32), each), count), months),
                    "period": Codes(np.tile(np.arange(each, dtype=np.int32), 12 * count), periods),
                    "energy_kwh": energy.reshape(-1),
                }
            )
