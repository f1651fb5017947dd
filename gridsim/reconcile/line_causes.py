"""Causes that lie in the lines alone: items, signs, scales, doubled lines, prices and money rounded otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.corrections import correction_causes
from gridsim.reconcile.ledger_lines import KEYS
from gridsim.rules.shape import CORRECTION
from gridsim.settlement.figures import half_away_from_zero
from gridsim.units import ENERGY_DECIMALS
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.reconcile.matching import Beside
    from gridsim.reconcile.settling import State

    Flags = NDArray[np.bool_]

__all__ = ["STEPS", "STEP_NAMES", "line_causes", "lost_lines"]

STEPS = {"fen": 10_000, "jiao": 100_000, "yuan": 1_000_000, "ten_yuan": 10_000_000, "hundred_yuan": 100_000_000}
"""What money may be rounded to [micro-yuan]."""
_OF_LINES = ("fen", "jiao", "yuan")
STEP_NAMES = {
    "fen": Sentence("fen"),
    "jiao": Sentence("jiao"),
    "yuan": Sentence("yuan"),
    "ten_yuan": Sentence("ten yuan"),
    "hundred_yuan": Sentence("hundred yuan"),
}
"""What money is rounded to."""
_PRICE_DECIMALS = (1, 2, 3, 4, 5)


def line_causes(state: State) -> Iterator[Cause]:
    """Each cause of this kind that could explain something that differs.

    Parameters
    ----------
    state : State
    """
    beside = state.beside
    yield from _items(state)
    yield from _like(beside, "sign", _is_turned(beside), _turned)
    for power in (1, 2, 3, 4, 6):
        for factor in (10**power, -(10**power)):
            yield from _like(beside, "scale", _is_scaled(beside, factor), _scaled(factor), factor=_as_ratio(factor))
    yield from _like(beside, "double_line", _is_double(beside), _doubled)
    yield from _price_decimals(state)
    for name in _OF_LINES:
        sentence = Sentence("each line is rounded to the {step} before lines are added up", step=STEP_NAMES[name])
        yield Cause("rounding_lines", {"to": name}, sentence, of_lines=_with_rounded(STEPS[name]))
    yield from _trial(state)


def lost_lines(state: State) -> Iterator[Cause]:
    """Lines that the statement lacks, for no reason that the market would have.

    Parameters
    ----------
    state : State
    """
    gone = _is_gone(state.beside)
    lacks = [key for key, is_gone in zip(state.beside.keys, gone, strict=True) if is_gone]
    at_month, at_item = KEYS.index("month"), KEYS.index("item")
    for month, item in sorted({(key[at_month], key[at_item]) for key in lacks}):
        rest = [key for key in state.beside.keys if (key[at_month], key[at_item]) == (month, item)]
        chosen = frozenset(rest)
        if month and chosen <= frozenset(lacks):
            lacks = [key for key in lacks if key not in chosen]
            sentence = Sentence("the statement has no line of {item} in {month}", item=item, month=month)
            edit = _edited(state.beside, chosen, _gone)
            yield Cause("item_missing", {"item": item, "month": month, "side": "theirs"}, sentence, of_lines=edit)
    left = frozenset(lacks)
    alone = np.array([key in left for key in state.beside.keys], dtype=bool)
    yield from _like(state.beside, "line_missing", alone, _gone)


def _items(state: State) -> Iterator[Cause]:
    """Items that one side lacks altogether."""
    if not state.matcher.has_items:
        return
    theirs = set(state.matcher.levels)
    ours = state.lines.groupby("item")["amount"].agg(lambda amounts: bool((amounts != 0).any()))
    for item in ours.index[ours.to_numpy(dtype=bool)]:
        if item not in theirs:
            sentence = Sentence("the statement has no line of {item}", item=item)
            yield Cause("item_missing", {"item": item, "side": "theirs"}, sentence, of_lines=_without_item(item))
    known = set(state.lines["item"]) | set(state.scenario.rules.shape.items)
    yield from correction_causes(state)
    for item in sorted(theirs - known - {CORRECTION}):
        sentence = Sentence("gridsim has no item {item}", item=item)
        edit = _with_lines(_lines_of_item(state, item))
        yield Cause("item_missing", {"item": item, "side": "ours"}, sentence, of_lines=edit)


def _lines_of_item(state: State, item: str) -> pd.DataFrame:
    statement = state.matcher.statement
    here = (statement.lines["item"] == item).to_numpy()
    lines = statement.lines[here].copy()
    lines["energy"] = statement.energy.exact[here] * statement.energy.is_there[here]
    lines["price"] = statement.price.exact[here] * statement.price.is_there[here]
    lines["amount"] = statement.amount.exact[here]
    return lines


def _with_lines(more: pd.DataFrame) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda lines: pd.concat([lines, more], ignore_index=True)


def _without_item(item: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda lines: lines[lines["item"] != item]


# ---- lines that are like ours but for one thing ---------------------------------------------------------------------


def _is_turned(beside: Beside) -> Flags:
    printed, theirs = beside.matcher.statement.amount, beside.matcher
    count = theirs.count
    turned = printed.of_ours(-beside.amount[:count]) == theirs.amount_steps
    return _shared(beside, turned & ~beside.energy_differs[:count] & beside.amount_differs[:count])


def _is_scaled(beside: Beside, factor: int) -> Flags:
    theirs, printed = beside.matcher, beside.matcher.statement.energy
    count = theirs.count
    energy = beside.energy[:count]
    with np.errstate(over="ignore"):
        if factor > 0:
            steps = np.where(np.abs(energy) < 2**62 // factor, printed.of_ours(energy * factor), 0)
        else:
            steps = printed.of_ours(energy // -factor)
    is_so = (steps == theirs.energy_steps) & beside.energy_differs[:count] & ~beside.amount_differs[:count]
    return _shared(beside, is_so & (energy != 0))


def _is_double(beside: Beside) -> Flags:
    theirs, statement = beside.matcher, beside.matcher.statement
    count = theirs.count
    money = statement.amount.of_ours(2 * beside.amount[:count]) == theirs.amount_steps
    energy = ~theirs.has_energy | (statement.energy.of_ours(2 * beside.energy[:count]) == theirs.energy_steps)
    return _shared(beside, money & energy & (beside.amount[:count] != 0) & theirs.has_amount)


def _is_gone(beside: Beside) -> Flags:
    """Lines that the statement lacks, of an item that it has."""
    items = beside.matcher.levels
    at_item = KEYS.index("item")
    lacks = beside.is_one_sided & beside.has_ours
    found: Flags = lacks & np.array([key[at_item] in items for key in beside.keys], dtype=bool)
    return found


def _shared(beside: Beside, of_theirs: Flags) -> Flags:
    found = np.zeros(len(beside.keys), dtype=bool)
    found[: len(of_theirs)] = of_theirs & beside.has_ours[: len(of_theirs)]
    return found & beside.differs


def _like(
    beside: Beside,
    kind: str,
    found: Flags,
    edit: Callable[[pd.DataFrame, Flags], pd.DataFrame],
    **told: object,
) -> Iterator[Cause]:
    """One cause for the lines found that share what names them; those of several months or users apart, too."""
    if not found.any():
        return
    keys = [beside.keys[place] for place in np.flatnonzero(found)]
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for key in keys:
        names = dict(zip(KEYS, key, strict=True))
        groups.setdefault((names["month"], names["user_id"], names["unit_id"]), []).append(key)
    parts = [keys, *(groups.values() if len(groups) > 1 else [])]
    for part in parts:
        chosen = frozenset(part)
        where = {**_common_names(part), **told}
        yield Cause(kind, where, _SENTENCES[kind], of_lines=_edited(beside, chosen, edit))


_SENTENCES = {
    "sign": Sentence("the sign is turned"),
    "scale": Sentence("the energy is a power of ten off"),
    "double_line": Sentence("the line stands twice"),
    "line_missing": Sentence("the statement lacks the line"),
}


def _common_names(keys: list[tuple[str, ...]]) -> dict[str, str]:
    """What all of these keys are named by alike."""
    found = {}
    for place, name in enumerate(KEYS):
        values = {key[place] for key in keys}
        if len(values) == 1 and "" not in values:
            found[name] = values.pop()
    return found


def _edited(
    beside: Beside, chosen: frozenset[tuple[str, ...]], edit: Callable[[pd.DataFrame, Flags], pd.DataFrame]
) -> Callable[[pd.DataFrame], pd.DataFrame]:
    texts = {"\x1f".join(key) for key in chosen}

    def edited(lines: pd.DataFrame) -> pd.DataFrame:
        keys = beside.matcher.keys_of(lines)
        return edit(lines, np.array([key in texts for key in keys], dtype=bool))

    return edited


def _turned(lines: pd.DataFrame, here: Flags) -> pd.DataFrame:
    return lines.assign(amount=np.where(here, -lines["amount"], lines["amount"]))


def _scaled(factor: int) -> Callable[[pd.DataFrame, Flags], pd.DataFrame]:
    def scaled(lines: pd.DataFrame, here: Flags) -> pd.DataFrame:
        energy = lines["energy"].to_numpy()
        other = energy * factor if factor > 0 else energy // -factor
        return lines.assign(energy=np.where(here, other, energy))

    return scaled


def _as_ratio(factor: int) -> str:
    return str(factor) if factor > 0 else f"1/{-factor}"


def _doubled(lines: pd.DataFrame, here: Flags) -> pd.DataFrame:
    return pd.concat([lines, lines[here]], ignore_index=True)


def _gone(lines: pd.DataFrame, here: Flags) -> pd.DataFrame:
    return lines[~here]


# ---- roundings ------------------------------------------------------------------------------------------------------


def _price_decimals(state: State) -> Iterator[Cause]:
    """Prices of an item rounded to fewer decimals of yuan/kWh before they meet the energy."""
    beside = state.beside
    at_item = KEYS.index("item")
    items = {key[at_item] for key in beside.differing} - {""}
    for item in sorted(items):
        for decimals in _PRICE_DECIMALS:
            sentence = Sentence("prices are rounded to {decimals} decimals of yuan/kWh", decimals=decimals)
            edit = _with_rounded_prices(item, 10 ** (2 * ENERGY_DECIMALS - decimals))
            yield Cause("price_decimals", {"item": item, "decimals": decimals}, sentence, of_lines=edit)


def _with_rounded_prices(item: str, step: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def edited(lines: pd.DataFrame) -> pd.DataFrame:
        here = (lines["item"] == item).to_numpy()
        price = np.where(here, rounded_to(lines["price"].to_numpy(), step), lines["price"])
        amount = np.where(here, lines["energy"] * price, lines["amount"])
        return lines.assign(price=price, amount=amount)

    return edited


def _with_rounded(step: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda lines: lines.assign(amount=rounded_to(lines["amount"].to_numpy(), step))


def rounded_to(values: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    """Half up, half away from zero, to whole steps."""
    return half_away_from_zero(values, step) * step


def _trial(state: State) -> Iterator[Cause]:
    """A month's trial lines in the place of those that count."""
    beside = state.beside
    months = {key[0] for key in beside.differing} - {""}
    if not months:
        return
    trial = state.trial_lines()
    for month in sorted(months & set(trial["month"])):
        sentence = Sentence("the trial settlement stands in the place of the one that counts")
        yield Cause("trial_ledger", {"month": month}, sentence, of_lines=_with_trial(trial, month))


def _with_trial(trial: pd.DataFrame, month: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda lines: pd.concat([lines[lines["month"] != month], trial[trial["month"] == month]], ignore_index=True)
