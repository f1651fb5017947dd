"""Exports in every layout, made from a load that is known: what is imported equals it exactly."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridsim
from gridsim.importing.imported import Imported
from tests.importing.forge_exports import UNITS, Known, Style, rows_of, write


def known(users: int = 2, days: int = 2, length: int = 15, decimals: int = 2, seed: int = 0) -> Known:
    """A load whose amounts differ everywhere: kWh with so many decimals."""
    energy, number = {}, seed
    for user in range(users):
        for day in range(days):
            amounts = []
            for _ in range(24 * 60 // length):
                number = (number * 7919 + 104729) % 1_000_003
                amounts.append(Decimal(number % 100_000).scaleb(-decimals - 3))
            energy[f"41010000{12345 + user}", dt.date(2021, 4, 1) + dt.timedelta(days=day)] = tuple(amounts)
    return Known(energy, length)


def intervals(imported: Imported) -> dict[tuple[str, dt.datetime], Decimal]:
    table = imported.exact
    columns = (table.column(name).to_pylist() for name in ("user_id", "starts_at", "energy_mwh"))
    return {(user, start): amount for user, start, amount in zip(*columns, strict=True)}


def imported(load: Known, style: Style, folder: Path) -> Imported:
    path = write(folder / "export", {"Sheet1": rows_of(load, style)}, style.form)
    unit = style.unit if style.unit_in == "nowhere" else ()
    return gridsim.import_tables(path, "load", unit=unit)


LAYOUTS = {
    "96 points by ends, GB18030": Style(form="gb18030", sums=True, names=True, titles=2),
    "96 points by starts": Style(stamped="starts", unit="度", unit_in="title"),
    "numbered": Style(heads="number", unit_in="nowhere", form="xlsx"),
    "P1": Style(heads="P", unit="MWh", form="xlsx", ids="number", dates="cell"),
    "时段1": Style(heads="时段", dates="chinese", sums=True),
    "compact": Style(heads="compact", dates="compact", stamped="starts", unit="万千瓦时"),
    "cells of times": Style(heads="cell", form="xlsx", dates="serial", sums=True),
    "ranges": Style(heads="range", form="tsv", dates="slash"),
    "instants by ends": Style(shape="instants", dates="slash"),
    "instants by starts": Style(shape="instants", stamped="starts", form="xlsx", dates="cell", names=True),
    "instants as serials": Style(shape="instants", form="xlsx", dates="serial"),
    "day and time": Style(shape="two_columns", dates="chinese", unit="MWh", sums=True),
    "day and time by starts": Style(shape="two_columns", stamped="starts", form="xlsx", dates="cell"),
    "printed pages": Style(pages=2, blank_rows=True, titles=1, unit_in="title", sums=True),
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("length", [15, 60])
def test_what_is_imported_is_what_was_exported(name: str, length: int, tmp_path: Path) -> None:
    load = known(length=length)
    assert intervals(imported(load, LAYOUTS[name], tmp_path)) == load.intervals()


styles = st.builds(
    Style,
    shape=st.sampled_from(["wide", "wide", "instants", "two_columns"]),
    heads=st.sampled_from(["clock", "short", "compact", "number", "P", "时段", "range", "cell"]),
    stamped=st.sampled_from(["starts", "ends"]),
    unit=st.sampled_from(sorted(UNITS)),
    unit_in=st.sampled_from(["heading", "title", "nowhere"]),
    dates=st.sampled_from(["iso", "slash", "chinese", "compact", "cell", "serial"]),
    ids=st.sampled_from(["text", "number"]),
    titles=st.integers(0, 2),
    sums=st.booleans(),
    names=st.booleans(),
    pages=st.sampled_from([0, 0, 2]),
    two_rows=st.booleans(),
    blank_rows=st.booleans(),
    form=st.sampled_from(["csv", "gb18030", "tsv", "xlsx"]),
)


@given(
    style=styles,
    length=st.sampled_from([15, 30, 60]),
    users=st.integers(1, 3),
    days=st.integers(1, 3),
    decimals=st.integers(0, 6),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=40)
def test_any_combination_of_layouts(
    tmp_path_factory: pytest.TempPathFactory,
    style: Style,
    length: int,
    users: int,
    days: int,
    decimals: int,
    seed: int,
) -> None:
    load = known(users, days, length, decimals, seed)
    assert intervals(imported(load, style, tmp_path_factory.mktemp("forged"))) == load.intervals()
