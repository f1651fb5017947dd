"""Corrections of other months that a statement contains: why lines differ, and the rows that would take them in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.market_tables import input_tables
from gridsim.reconcile.causes import Cause
from gridsim.reconcile.ledger_lines import KEYS, is_seller
from gridsim.rules.corrected import corrected_items
from gridsim.rules.shape import CORRECTION, unit_id
from gridsim.show.document import grid
from gridsim.units import MONEY_DECIMALS, trimmed
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.names import NamingLanguage
    from gridsim.reconcile.settling import State
    from gridsim.reconcile.statement import Statement
    from gridsim.scenario import Scenario
    from gridsim.show.document import Grid

__all__ = ["NAME", "as_pasted", "correction_causes", "correction_rows", "corrections_grid"]

NAME = "corrections"
_ITEM = KEYS.index("item")
_KEY = ("month", "item", "unit_id", "user_id", "corrects_month")
_AMOUNT = "amount_yuan"


def correction_causes(state: State) -> Iterator[Cause]:
    """A cause for each correction that the statement has and the ledger has not, or not so.

    Parameters
    ----------
    state : State
    """
    beside = state.beside
    for place in np.flatnonzero(beside.differs):
        key, gap = beside.keys[place], int(beside.amount_gap[place])
        if key[_ITEM] != CORRECTION or not beside.has_theirs[place]:
            continue
        line = pd.DataFrame([{**dict(zip(KEYS, key, strict=True)), "energy": 0, "price": 0, "amount": gap}])
        names = dict(zip(KEYS, key, strict=True))
        where = {name: names[name] for name in ("user_id", "unit_id", "month") if names[name]}

        def edit(lines: pd.DataFrame, line: pd.DataFrame = line) -> pd.DataFrame:
            return pd.concat([lines, line], ignore_index=True)

        yield Cause(CORRECTION, where, Sentence("a correction of another month"), of_lines=edit)


def correction_rows(state: State, party: str) -> pd.DataFrame:
    """The rows of the table ``corrections`` that would take in what the statement has and the ledger has not.

    Parameters
    ----------
    state : State
        Ours beside theirs, without causes.
    party : str
        Whose statement it is.

    Returns
    -------
    DataFrame
        The table's columns as text; ``corrects_month`` is empty where the statement does not tell it. None of a
        generator's statement: the table corrects what buyers and users pay (rulebook part 16).
    """
    columns = [column.name for column in input_tables(state.scenario.rules.shape)[NAME]]
    if is_seller(state.scenario, party):
        return pd.DataFrame(columns=columns, dtype=object)
    statement, theirs = state.matcher.statement, state.matcher
    differs = state.beside.differs[theirs.key_of_line] & (statement.lines["item"] == CORRECTION).to_numpy()
    found: dict[tuple[str, ...], Fraction] = {}
    for line in np.flatnonzero(differs & statement.amount.is_there).tolist():
        key = _row(statement, line, state.scenario, party)
        found[key] = found.get(key, Fraction(0)) + int(statement.amount.steps[line]) * statement.amount.step
    known = _known(state.scenario)
    rows = [
        {**dict(zip(_KEY, key, strict=True)), _AMOUNT: trimmed(round(amount), MONEY_DECIMALS)}
        for key, amount in found.items()
        if round(amount) and not _is_known(known, key, round(amount))
    ]
    return pd.DataFrame(rows, columns=columns, dtype=object).fillna("")


def as_pasted(
    rows: pd.DataFrame, words: NamingLanguage, scenario: Scenario
) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Headings and cells of the rows, as the table is read in this language.

    Parameters
    ----------
    rows : DataFrame
        Of `correction_rows`.
    words : NamingLanguage
    scenario : Scenario
    """
    table, is_chinese = input_tables(scenario.rules.shape)[NAME], words.lang == "zh"
    cells = [{str(name): str(value) for name, value in row.items()} for row in rows.to_dict("records")]
    for row in cells if is_chinese else ():
        row["item"] = words.called("item", row["item"])
    return tuple(column.zh[0] if is_chinese else column.name for column in table), cells


def corrections_grid(rows: pd.DataFrame, words: NamingLanguage, scenario: Scenario) -> Grid:
    """The rows, to be copied into the table; the parameters are those of `as_pasted`."""
    headings, cells = as_pasted(rows, words, scenario)
    note = words.say("Put these rows into the table corrections, run again, and the lines agree.")
    if (rows["corrects_month"] == "").any():
        note = words.say(
            "Put these rows into the table corrections with the month that each corrects, which the statement does not "
            "tell; run again, and the lines agree."
        )
    align = "".join(">" if name == _AMOUNT else "<" for name in rows.columns)
    shown = [tuple(row.values()) for row in cells]
    return grid(headings, shown, align=align, title=words.say("Corrections to take in"), note=note)


def _row(statement: Statement, line: int, scenario: Scenario, party: str) -> tuple[str, ...]:
    """The key of the row that takes a line in; an item names the unit, the user, or both, as it is read."""
    about = statement.lines.iloc[line]
    item, month = statement.corrects[line] if statement.corrects else ("", "")
    known = corrected_items(scenario.rules.shape)
    item = item if item in known else CORRECTION
    unit, user = about["unit_id"], about["user_id"]
    if not unit and not user:
        units = _units_of(scenario, party)
        unit = units[0] if len(units) == 1 else ""
    if unit and user and not known[item].may_name_user:
        unit, user = (unit, "") if known[item].whose == "unit" else ("", user)
    return about["month"], item, unit, user, month


def _units_of(scenario: Scenario, party: str) -> list[str]:
    users = scenario.tables["users"]
    buyers = users["retailer_id"].astype(object).where(users["retailer_id"].notna(), users["user_id"].astype(object))
    modes = users.loc[(buyers == party) & ~users["priority_purchase"].astype(bool), "mode"].astype(str)
    return [unit_id(party, mode) for mode in dict.fromkeys(modes)]


def _is_known(known: dict[tuple[str, ...], int], key: tuple[str, ...], amount: int) -> bool:
    """Whether the table has the row; of any month where the statement does not tell which."""
    if key[-1]:
        return known.get(key) == amount
    return any(each[:-1] == key[:-1] and known[each] == amount for each in known)


def _known(scenario: Scenario) -> dict[tuple[str, ...], int]:
    """Amounts that the table has already, by key."""
    table = scenario.tables[NAME]
    columns = (table[name].astype(object).where(table[name].notna(), "") for name in _KEY)
    return dict(zip(zip(*columns, strict=True), table["amount_micro_yuan"].astype(int), strict=True))
