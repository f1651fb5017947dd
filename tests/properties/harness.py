"""One scenario through gridsim and through the oracle, and where the two differ."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import Phase, settings

import gridsim
from gridsim.columns import Table
from gridsim.io import scenario_from_tables
from gridsim.market_tables import input_tables, result_tables
from tests.markets import INPUT_TABLES, rule_file_of
from tests.oracle import FaultError, settle_market
from tests.properties.reduction import described, reduced
from tests.shared import PROFILE

Row = dict[str, Any]
Scenario = dict[str, Any]
Tables = dict[str, list[Row]]

IN_ORDER = ("trades", "legs")


# How many markets the largest test tries; the others take a part of it (`portion`), in all about five times it.
MARKETS = {"quick": 6, "default": 30, "ci": 400, "long": 10_000}[PROFILE]


def portion(percent: int) -> Callable[[Any], Any]:
    """Settings for a test that tries so many per cent of the profile's number of markets.

    Without Hypothesis's shrinking: `reduction` leaves out rows, which makes smaller scenarios of these, sooner.
    """
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=max(5, MARKETS * percent // 100), phases=phases)


def text_frames(scenario: Scenario, specs: Mapping[str, Table] = INPUT_TABLES) -> dict[str, pd.DataFrame]:
    """The scenario's tables as frames of text, as a reader of CSV files would have them.

    Of a made-up market only what it uses: the scenarios have columns for all.
    """
    frames = {}
    for name, rows in scenario["tables"].items():
        if "shape" in scenario and name not in specs:
            continue
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if "shape" in scenario:
            known = {column.name for column in specs[name]}
            columns = [column for column in columns if column in known]
        columns = columns or [column.name for column in specs[name]]
        frames[name] = pd.DataFrame(
            {column: pd.array([row.get(column, "") for row in rows], dtype="str") for column in columns}
        )
    return frames


def gridsim_result(scenario: Scenario, **how: Any) -> gridsim.Result:
    """Run a scenario of text rows in memory; its rules are those of ``market``, of a ``shape`` in it, or Henan's."""
    with tempfile.TemporaryDirectory() as folder:
        market = scenario.get("market", "henan-2021")
        rules = rule_file_of(scenario["shape"], Path(folder)) if "shape" in scenario else market
        loaded = scenario_from_tables(
            text_frames(scenario, input_tables(gridsim.rules.load(rules).shape)),
            name=scenario["name"],
            year=scenario["year"],
            rules=rules,
            overrides=None if "shape" in scenario else scenario["rules"],
            period_sets=scenario.get("period_sets"),
        )
    return gridsim.run(loaded, **how)


def exact_tables(result: gridsim.Result) -> Tables:
    """Every result table as plain rows of exact units: missing text is "", a missing number or truth value None."""
    specs = result_tables(result.rules.shape)
    return {name: rows_of(getattr(result.exact, name), spec) for name, spec in specs.items()}


def balanced_tables(scenario: Scenario) -> Tables:
    """The exact tables of a run, whose ledger sums to zero."""
    tables = exact_tables(gridsim_result(scenario))
    accounts: Counter[str] = Counter()
    for line in tables["ledger"]:
        accounts[line["payer"]] -= line["amount_micro_yuan"]
        accounts[line["payee"]] += line["amount_micro_yuan"]
    assert sum(accounts.values()) == 0
    return tables


def same_ledger_in_any_shape(scenario: Scenario) -> None:
    """Both sides have the same ledger, but for clauses; a market that one of them refuses says nothing."""
    try:
        expected, found = settle_market(scenario), exact_tables(gridsim_result(scenario))
    except (FaultError, gridsim.ScenarioError):
        return
    for tables in (expected, found):
        tables["ledger"] = [{name: line[name] for name in line if name != "clause"} for line in tables["ledger"]]
    assert differences({"ledger": found["ledger"]}, {"ledger": expected["ledger"]}) == []


def rows_of(frame: pd.DataFrame, spec: Table) -> list[Row]:
    table = spec.name
    assert list(frame.columns) == [column.exact for column in spec], table
    names = [column.exact for column in spec]
    columns = [plain(frame[column.exact], column.kind in _NUMBERS) for column in spec]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


_NUMBERS = ("bool", "integer", "energy", "price", "money", "ratio")


def plain(column: pd.Series[Any], is_number: bool) -> list[Any]:
    """A column as plain Python, at once: pandas hands out cell by cell at a tenth of that speed."""
    values = pa.array(column, from_pandas=True).to_pylist()
    kind = int if is_number else str  # bool is an int; a float would be a loss
    assert all(value is None or isinstance(value, kind) for value in values), column
    return values if is_number else ["" if value is None else value for value in values]


def comparable(table: str, rows: Iterable[Row]) -> list[tuple[tuple[str, Any], ...]]:
    """What two sides must agree in: all columns, but no words that explain and no number of a ledger line."""
    if table == "ledger":
        rows = ({name: stated(name, value) for name, value in row.items() if name != "line"} for row in rows)
    elif table == "rejected":
        rows = ({name: value for name, value in row.items() if name != "detail"} for row in rows)
    elif table == "compliance":
        rows = map(finding, rows)
    return [tuple(sorted(row.items())) for row in rows]


def stated(column: str, value: Any) -> Any:
    """A clause that a made-up rule set doesn't state is empty in the oracle's."""
    return "" if (column, value) == ("clause", "unstated") else value


def finding(row: Row) -> Row:
    """A row of `compliance` with numbers in one spelling, and of its detail the keyword alone."""
    kind = keyword(row)
    limit = "" if kind == "delivery" else decimal(row["limit"])  # there the limit is words
    return {**row, "detail": kind, "value": decimal(row["value"]), "limit": limit}


def keyword(row: Row) -> str:
    """Some checks have several kinds of rows: the first word of `detail` tells which."""
    has_kinds = row["check"] in ("calendar", "curve_balance", "credit")
    return re.match(r"\w*", row["detail"])[0] if has_kinds else ""


def decimal(text: str) -> str:
    """Numbers in one spelling: 0.8 and 0.800000 are the same finding."""
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text


def differences(found: Tables, expected: Tables, *, checks_cite: bool = True) -> list[str]:
    """Where two sets of tables differ, in words; empty when they agree.

    Only in the columns that the oracle has: further ones are free.
    """
    words = []
    for table, rows in expected.items():
        if table not in found:
            assert not rows, table  # a market without such a table has no rows of it
            continue
        columns = rows[0].keys() if rows else ()
        if table == "compliance" and (not checks_cite or any(row["clause"] == "unstated" for row in found[table])):
            columns = [name for name in columns if name != "clause"]  # the oracle has Henan's there, whatever the set
            rows = [{name: row[name] for name in columns} for row in rows]
        mine = comparable(table, ({name: row[name] for name in columns} if rows else row for row in found[table]))
        theirs = comparable(table, rows)
        if table in IN_ORDER and mine != theirs:
            number = next((n for n, (one, other) in enumerate(zip(mine, theirs, strict=False)) if one != other), -1)
            if number >= 0:
                words.append(f"{table}, row {number + 1}: gridsim has {mine[number]}, the oracle {theirs[number]}")
        words += [f"{table}: only gridsim has {row}" for row in list(Counter(mine) - Counter(theirs))[:4]]
        words += [f"{table}: only the oracle has {row}" for row in list(Counter(theirs) - Counter(mine))[:4]]
    return words


def check_against_oracle(scenario: Scenario, run: Callable[[Scenario], Tables]) -> None:
    """Fail with the differences, and with a small scenario that shows them."""

    def complaints(candidate: Scenario) -> list[str]:
        expected = settle_market(candidate)
        try:
            found = run(candidate)
        except gridsim.ScenarioError:
            raise  # what is refused is no market to compare
        except Exception as error:
            return [f"{type(error).__name__}: {error}"]
        return differences(found, expected)

    words = complaints(scenario)
    if not words:
        return
    kind = re.match(r"\w+", words[0])[0]  # the table, or the name of the error
    small = reduced(scenario, lambda candidate: any(word.startswith(kind) for word in complaints(candidate)))
    raise AssertionError("\n".join([*words, "", "Reduced:", *complaints(small), "", described(small)]))
