"""``where=`` of the verbs that vary contracts or load: its keys, and the values that a scenario has for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.errors import Fault
from gridsim.rules.shape import unit_id
from gridsim.scenario.changes import KEYS_TOLD, LEGS
from gridsim.suggest import Suggester, nearest, nearest_in_words
from gridsim.tables.encoded import places_of, texts_of_rows
from gridsim.words import LISTED, Sentence, listed, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario.changes import Basis
    from gridsim.scenario.content import ScenarioContent

__all__ = [
    "CONTRACT_KEYS",
    "LOAD_KEYS",
    "Where",
    "as_meant",
    "chosen_meter",
    "chosen_rows",
    "only_forecast",
    "read_where",
]

Where = Mapping[str, "str | Iterable[str]"]
"""Of each key one value, or several."""

CONTRACT_KEYS = ("unit", "product", "month", "contract", "session")
LOAD_KEYS = ("user", "unit", "month")

_TABLES = ("bilateral", "orders", "deals")


def as_meant(scenario: ScenarioContent, where: Where | None, basis: Basis = LEGS) -> dict[str, list[str]]:
    """``where=`` with the keys, ids and codes that its texts mean: names, words in either language, months as written.

    Parameters
    ----------
    scenario : ScenarioContent
    where : mapping of str to str or iterable of str
    basis : {"legs", "orders"}
        As `read_where` takes it.
    """
    found: dict[str, list[str]] = {}
    for said, asked in (where or {}).items():
        key = next((key for key, told in KEYS_TOLD.items() if told.zh == said), said)
        known = _values(scenario, key, basis) if key in {*CONTRACT_KEYS, *LOAD_KEYS} else {}
        found.setdefault(key, []).extend(
            scenario.meant.value(key, str(value), known) for value in one_or_several(asked)
        )
    return found


def read_where(
    scenario: ScenarioContent, verb: str, where: Where | None, keys: tuple[str, ...], basis: Basis = LEGS
) -> tuple[dict[str, list[str]], list[Fault]]:
    """What ``where=`` asks for, and every key that there is none of and value that matches nothing.

    Parameters
    ----------
    scenario : ScenarioContent
    verb : str
        Whose faults they are.
    where : mapping of str to str or iterable of str
    keys : tuple of str
        Those that the verb knows.
    basis : {"legs", "orders"}
        What months are: those of the year, or deliveries as the tables have them.
    """
    found: dict[str, list[str]] = {}
    faults = []
    for key, asked in (where or {}).items():
        if key not in keys:
            hint = nearest_in_words(nearest(str(key), keys))
            allowed = listed(Sentence("one of {allowed}", allowed=named(keys)), hint)
            faults.append(Fault(verb, None, f"where.{key}", None, Sentence("unknown key"), allowed))
            continue
        values = [str(value) for value in one_or_several(asked)]
        known = _values(scenario, key, basis)
        suggester = Suggester(known)
        for value in values:
            if value not in known:
                some = Sentence("one of {allowed}", allowed=named(known, most=LISTED))
                allowed = listed(some, nearest_in_words(suggester.nearest(value)))
                message = Sentence("matches nothing in this scenario")
                faults.append(Fault(verb, None, f"where.{key}", value, message, allowed))
        if not values:
            message = Sentence("an empty list matches nothing")
            faults.append(Fault(verb, None, f"where.{key}", None, message, Sentence("leave the key out to take all")))
        found[key] = sorted(set(values))
    return found, faults


def one_or_several(asked: Any) -> tuple[Any, ...]:
    """The values that are asked for, where one may stand alone."""
    return tuple(asked) if isinstance(asked, Iterable) and not isinstance(asked, (str, bytes)) else (asked,)


def chosen_rows(scenario: ScenarioContent, table: str, where: Mapping[str, list[str]]) -> NDArray[np.bool_]:
    """Which rows of ``bilateral``, ``orders`` or ``deals`` are asked for; the unit of an order is its buyer's."""
    frame = scenario.tables[table]
    chosen = np.ones(len(frame), dtype=bool)
    for key, wanted in where.items():
        if key == "unit":
            chosen &= np.isin(_units_of_rows(scenario, table, frame), wanted)
        elif key == "contract":
            chosen &= np.isin(_contracts_of_rows(frame), wanted)
        else:
            chosen &= frame[key].isin(wanted).to_numpy()
    return chosen


def _units_of_rows(scenario: ScenarioContent, table: str, frame: pd.DataFrame) -> NDArray[np.object_]:
    """The unit that buys by each row; empty where none does."""
    shape = scenario.rules.shape
    buyer = frame["participant_id" if table == "orders" else "buyer_id"].array
    mode = np.asarray(shape.mode_of_product)[frame["product"].array.codes.astype(np.int64)]
    ids = np.array([[unit_id(who, of) for of in shape.mode_ids] for who in buyer.categories], dtype=object)
    ids = np.append(ids.reshape(-1, len(shape.mode_ids)), np.full((1, len(shape.mode_ids)), "", dtype=object), axis=0)
    found: NDArray[np.object_] = ids[buyer.codes, mode]  # the last, -1, is nobody
    return np.where((frame["side"] == "buy").to_numpy(), found, "") if table == "orders" else found


def _contracts_of_rows(frame: pd.DataFrame) -> NDArray[np.object_]:
    """What the contract of each row is called; empty of orders, which have none. A deal that names none is its own."""
    if "contract_id" in frame:
        return texts_of_rows(frame["contract_id"])
    if "deal_id" not in frame:
        return np.full(len(frame), "", dtype=object)
    named_so = frame["contract"].astype(object)
    found: NDArray[np.object_] = named_so.where(named_so.notna(), frame["deal_id"].astype(object)).to_numpy()
    return found


def _values(scenario: ScenarioContent, key: str, basis: Basis) -> dict[str, None]:
    """All values that a key can have here, in order; whether one of 100,000 users is there is known at once."""
    shape, tables = scenario.rules.shape, scenario.tables
    found: Iterable[str]
    if key == "unit":
        found = sorted({*_units_of_states(scenario.states.rows).tolist()} - {""})
    elif key == "product":
        found = shape.product_ids
    elif key == "user":
        found = sorted(texts_of_rows(tables["users"]["user_id"]).tolist())
    elif key == "month" and basis == LEGS:
        found = scenario.months
    elif key == "contract":
        frames = [tables[name] for name in _TABLES]
        found = sorted({text for frame in frames for text in _contracts_of_rows(frame).tolist() if text})
    else:
        found = sorted({text for name in _TABLES for text in tables[name][key].dropna().unique()})
    return dict.fromkeys(found)


def chosen_meter(scenario: ScenarioContent, where: Mapping[str, list[str]]) -> NDArray[np.bool_]:
    """Which rows of ``meter`` are asked for; the unit of a user may change within the year."""
    meter = scenario.tables["meter"]
    chosen = np.ones(len(meter), dtype=bool)
    for key, wanted in where.items():
        if key == "unit":
            states, months = scenario.states, meter["month"].array
            user = scenario.row_of(meter["user_id"], "users", "user_id")
            month = places_of(months.categories.tolist(), list(scenario.months))[months.codes]
            chosen &= np.isin(_units_of_states(states.rows), wanted)[states.at(user, month)]
        else:
            chosen &= meter["user_id" if key == "user" else key].isin(wanted).to_numpy()
    return chosen


def only_forecast(
    scenario: ScenarioContent, verb: str, where: Mapping[str, list[str]]
) -> tuple[dict[str, list[str]], list[Fault]]:
    """What of a question about load is left where months are metered to date: the months of the forecast.

    What was metered is what it is, and the record of the change names the months.
    """
    if not scenario.forecast_months:
        return dict(where), []
    asked = where.get("month", list(scenario.forecast_months))
    left = [month for month in asked if month in scenario.forecast_months]
    if not left:
        message = Sentence("metered: what was used in these months is what it is")
        allowed = Sentence("months of the forecast: {months}", months=named(scenario.forecast_months))
        return dict(where), [Fault(verb, None, "where.month", ", ".join(asked), message, allowed)]
    return {**where, "month": left}, []


def _units_of_states(users: pd.DataFrame) -> NDArray[np.object_]:
    """The unit of each row of users: its own or its retailer's, by its mode (N4); empty of one outside the market."""
    ids, retailer, mode = (users[name].astype(object) for name in ("user_id", "retailer_id", "mode"))
    pairs = pd.MultiIndex.from_arrays([retailer.where(retailer.notna(), ids), mode])
    number, known = pairs.factorize()
    unit = np.array([unit_id(*pair) for pair in known], dtype=object)[number]
    return np.where(users["priority_purchase"].to_numpy(dtype=bool), "", unit)
