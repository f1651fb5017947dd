"""What a page or an explanation for one party must not hold: everybody else's ids, names, prices and energies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

import gridsim
from gridsim.explain.discreet import PARTIES
from gridsim.units import format_fixed

_OF_SOMEBODY = (
    "generation",
    "orders",
    "bilateral",
    "deals",
    "meter",
    "history",
    "billing",
    "nominations",
    "retail_contracts",
)
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_TELLING = 4  # letters; what is shorter could be the number of a step or of a row
_OF = {"generators": "generator_id", "retailers": "retailer_id", "users": "user_id"}


def own(result: gridsim.Result, party: str) -> set[str]:
    """The party itself, and the users of its units."""
    cells = result.exact.cell_settlement
    units = cells["unit_id"].fillna("").str.rpartition("/")[0]
    return {party, *cells.loc[units == party, "user_id"]}


def names_of_others(result: gridsim.Result, party: str) -> set[str]:
    """Ids and names of everybody else."""
    mine, found = own(result, party), set()
    for table, column in _OF.items():
        if table in result.inputs:
            rows = result.inputs[table].to_pandas()
            rows = rows[~rows[column].isin(mine)]
            found |= {*rows[column], *(rows["name"].dropna() if "name" in rows else ())}
    return found


def numbers_of_others(result: gridsim.Result, party: str) -> set[str]:
    """Prices and energies that stand in rows of others alone, as pages write them."""
    return {
        written
        for number in exact_of_others(result, party)
        for written in (format_fixed(number, 3, thousands=True), format_fixed(number, 3), str(number))
        if len(written) > _TELLING
    }


def exact_of_others(result: gridsim.Result, party: str) -> set[int]:
    """The same in kWh and micro-yuan/kWh."""
    mine, theirs, ours = own(result, party), set(), set()
    tables = {name: table.to_pandas() for name, table in result.inputs.items()}
    tables |= {
        name: result.exact.arrow(name).to_pandas() for name in ("trades", "legs", "positions", "cell_settlement")
    }
    for rows in tables.values():
        parties = [column for column in rows if column in PARTIES]
        whose = rows[parties].astype(object).map(lambda who: str(who).partition("/")[0] in mine or who in mine)
        is_ours = whose.any(axis=1) if parties else pd.Series(True, index=rows.index)
        for column in rows:
            decimals = 3 if column.endswith(("_kwh", "_micro_yuan_per_kwh")) else None
            if decimals is not None:
                ours |= set(rows.loc[is_ours, column].dropna())
                theirs |= set(rows.loc[~is_ours, column].dropna())
    return {int(number) for number in theirs - ours if number}


def found(text: str, wanted: set[str]) -> set[str]:
    """Which of them stand in a text by themselves, and not as a part of something longer."""
    numbers = {each for each in wanted if re.fullmatch(_NUMBER, each)}
    stands = numbers & set(re.findall(_NUMBER, text))
    for each in (*tuple(stands), *(wanted - numbers)):
        if re.search(rf"(?<![\w.,]){re.escape(each)}(?![\w]|[.,]\d)", text):
            stands.add(each)
        else:
            stands.discard(each)
    return stands


def distinct(folder: Path, party: str, to: Path) -> gridsim.Result:
    """A scenario in which everybody has an id that no other text could be, and others have prices and energies so."""
    tables = {path.stem: pd.read_csv(path, dtype=str, encoding="utf-8-sig") for path in sorted(folder.glob("*.csv"))}
    mine = {party, *_users(tables, party)}
    ids = {each: f"zz{i:03d}-{each}" for i, each in enumerate(_all(tables))}
    parts = iter(range(137, 10**6, 7))
    for name in _OF_SOMEBODY:
        if name in tables:
            tables[name] = tables[name].apply(_odd, axis=1, args=(mine, parts))
    for frame in tables.values():
        for column in frame.columns.intersection(list(PARTIES)):
            frame[column] = frame[column].map(lambda who: ids.get(who, who))
    for name, frame in tables.items():
        frame.to_csv(to / f"{name}.csv", index=False)
    settings = (folder / "scenario.yaml").read_text(encoding="utf-8")
    (to / "scenario.yaml").write_text(re.sub(r"(?m)^name:.*$", "name: one of many", settings), encoding="utf-8")
    return gridsim.run(to)


def _users(tables: dict[str, pd.DataFrame], party: str) -> set[str]:
    users = tables["users"]
    return set(users.loc[users["retailer_id"] == party, "user_id"])


def _all(tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    for table, column in _OF.items():
        if table in tables:
            yield from dict.fromkeys(tables[table][column])


def _odd(row: Any, mine: set[str], parts: Iterator[int]) -> Any:
    """A row of others with energies and prices of its own."""
    if any(row.get(column) in mine for column in PARTIES):
        return row
    row = row.copy()
    for column in ("energy_mwh", "price_yuan_per_mwh"):
        if isinstance(row.get(column), str):
            row[column] = f"{float(row[column]) + next(parts) % 1000 / 1000:.3f}"
    return row
