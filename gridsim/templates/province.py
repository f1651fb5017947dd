"""The province template: a synthetic market of any size, realistic in shape, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import months_of
from gridsim.templates.draws import Integers
from gridsim.templates.market import RULES, market
from gridsim.templates.profiles import INDUSTRIES, TARIFFS, TECHNOLOGIES
from gridsim.templates.province_contracts import bilateral_columns
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

__all__ = ["write_province"]

MOST_USERS_IN_CSV = 20_000
"""With more users than that, the large tables are Parquet."""

# Users to work on at once: bounds the memory, and is the length of a row group of `meter` by 36.
_BLOCK = 32_768

SCENARIO_YAML = """\
# SYNTHETIC: made by `gridsim new --template province --users {users} --seed {seed}`; no number in it is real.
# 合成数据：全部数字均由程序随机生成，不是真实数据。
name: synthetic province of {users} users (合成数据)
year: 2021
rules: {rules}
seed: {seed}
"""


def write_province(folder: Path, users: int, seed: int, parquet: bool | None = None) -> None:
    """Write a synthetic province into an empty folder.

    Parameters
    ----------
    folder : Path
    users : int
        How many users, at least 1.
    seed : int
        Not negative.
    parquet : bool, optional
        Whether the tables that grow with the users are Parquet; if not given, from 20,001 users on.
    """
    if parquet is None:
        parquet = users > MOST_USERS_IN_CSV
    drawn = draw_users(seed, users)
    generators = draw_generators(seed, users)
    shares = period_shares(seed, drawn)
    lines = lines_of_units(drawn, ((rows, expected_load(drawn, shares, rows)) for rows in _blocks(users)))

    generator_ids = _ids("G", len(generators))
    retailer_ids = _ids("R", drawn.retailers)
    user_ids = _ids("U", users)
    _write_participants(folder, drawn, generators, generator_ids, retailer_ids, user_ids, parquet)
    _write_tariffs(folder, drawn)

    user, year, energy = draw_history(seed, drawn)
    history: dict[str, Values] = {"user_id": Codes(user, user_ids), "year": year, "energy_kwh": energy}
    write_columns(folder, "history", history, parquet=parquet)

    write_rows(folder, "sessions", (session.row for session in (bilateral_session(), *matched_sessions())))
    _write_trading(folder, seed, drawn, generators, lines, generator_ids, [*retailer_ids, *user_ids], parquet)
    _write_meter(folder, seed, drawn, shares, user_ids, parquet)

    counts = {"rules": RULES, "users": users, "seed": seed, "generators": len(generators), "retailers": drawn.retailers}
    for name, text in (("README.md", "province.en.md"), ("README.zh.md", "province.zh.md")):
        write_text(folder / name, template_text(text).format(**counts))
    # Last of all: a folder whose writing broke off has no scenario.yaml, so nothing takes it for a scenario.
    write_text(folder / "scenario.yaml", SCENARIO_YAML.format(**counts))


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
) -> None:
    technologies = [TECHNOLOGIES[code] for code in generators.technology]
    write_rows(
        folder,
        "generators",
        (
            (name, f"合成{technology.zh} {name[1:]}", technology.name, str(technology.heat_priority).lower())
            for name, technology in zip(generator_ids, technologies, strict=True)
        ),
    )
    write_rows(folder, "retailers", ((name, f"合成售电公司 {name[1:]}") for name in retailer_ids))
    industries = [industry.zh for industry in INDUSTRIES]
    columns: dict[str, Values] = {
        "user_id": user_ids,
        "name": [
            f"合成用户 {name[1:]} {industries[code]}"
            for name, code in zip(user_ids, users.industry.tolist(), strict=True)
        ],
        "tariff_class": compact(users.tariff, [tariff.tariff_class for tariff in TARIFFS]),
        "voltage": compact(users.tariff, [tariff.voltage for tariff in TARIFFS]),
        "peak_valley_tariff": users.peak_valley,
        "mode": Codes(users.splits, market().mode_ids),
        "retailer_id": Codes(users.retailer, retailer_ids),
        "exit_month": Codes(users.exit_month, months_of(2021)),
        "priority_purchase": users.priority,
    }
    write_columns(folder, "users", columns, parquet=parquet)


def _write_tariffs(folder: Path, users: Users) -> None:
    """The tariffs that somebody is on."""
    rows = []
    for tariff in (TARIFFS[number] for number in np.unique(users.tariff)):
        key = (tariff.tariff_class, tariff.voltage)
        rows.append((*key, *map(str, tariff.january), "", "synthetic"))
        if tariff.july != tariff.january:
            rows.append((*key, *map(str, tariff.july), "2021-07", "synthetic"))
    write_rows(folder, "tariffs", rows)


def _write_trading(
    folder: Path,
    seed: int,
    users: Users,
    generators: Generators,
    lines: Lines,
    generator_ids: list[str],
    buyer_ids: list[str],
    parquet: bool,
) -> None:
    contracts = bilateral_columns(seed, lines, generators, generator_ids, buyer_ids)
    write_columns(folder, "bilateral", contracts, parquet=parquet)
    first_buyer = len(generators)
    bound: Integers = first_buyer + users.retailers + np.flatnonzero(users.retailer >= 0)
    participants = [*generator_ids, *buyer_ids]
    with TableWriter(folder, "orders", parquet=parquet) as writer:
        for block in order_columns(seed, lines, generators, participants, first_buyer, bound):
            writer.write(block)


def _write_meter(folder: Path, seed: int, users: Users, shares: Integers, user_ids: list[str], parquet: bool) -> None:
    noise = MeterNoise(seed)
    with TableWriter(folder, "meter", parquet=parquet) as writer:
        for rows in _blocks(len(users)):
            energy = noise.meter(expected_load(users, shares, rows))
            count = len(energy)
            writer.write(
                {
                    "user_id": Codes(np.repeat(np.arange(count, dtype=np.int32), 36), user_ids[rows]),
                    "month": Codes(np.tile(np.repeat(np.arange(12, dtype=np.int32), 3), count), months_of(2021)),
                    "period": Codes(np.tile(np.arange(3, dtype=np.int32), 12 * count), market().periods),
                    "energy_kwh": energy.reshape(-1),
                }
            )
