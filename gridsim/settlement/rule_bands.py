"""The bands of a mode of a rule set as plain numbers, of `Bands.from_rules`: those that need no scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.errors import Fault, ScenarioError
from gridsim.rules.value_checks import number_in
from gridsim.suggest import nearest, nearest_in_words
from gridsim.units import PRICE_DECIMALS, RATIO_DECIMALS
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.rules.expression import Expression
    from gridsim.rules.schema import RuleValues
    from gridsim.rules.shape_lists import ModeShape

__all__ = ["bands_of_mode"]

_FILE = "bands"


def bands_of_mode(
    rules: RuleSet, mode: str, month: str | None
) -> tuple[tuple[tuple[float | None, float], ...], tuple[tuple[float, float, float], ...]]:
    """The bands above and below a contract.

    Parameters
    ----------
    rules : RuleSet
    mode : str
        One of the rule set's.
    month : str or None
        YYYY-MM; None: the values in force at the start.

    Returns
    -------
    over : tuple of (edge, fee)
    under : tuple of (edge, price, fee)
        Without bands whose edge is zero: nothing can lie below it.

    Raises
    ------
    ScenarioError
        There is no such mode, or a number of a band rests on more than values of the rule set.
    """
    shape = _mode(rules, mode)
    values = rules.values if month is None else rules.at(month)

    def number(expression: Expression | None) -> float:
        return 0 if expression is None else _number(expression, values, month or "")

    over = tuple((None if band.edge is None else number(band.edge), number(band.fee)) for band in shape.over)
    under = tuple((number(band.edge), number(band.price), number(band.fee)) for band in shape.under)
    return over, tuple(row for row in under if row[0])


def _mode(rules: RuleSet, mode: str) -> ModeShape:
    modes = {each.id: each for each in rules.shape.modes}
    if mode not in modes:
        allowed = listed(Sentence("one of {names}", names=named(modes)), nearest_in_words(nearest(mode, modes)))
        raise ScenarioError([Fault(_FILE, None, "mode", mode, Sentence("unknown mode"), allowed)])
    return modes[mode]


def _number(expression: Expression, values: RuleValues, month: str) -> float:
    """What an expression is worth, as people write it: up to 15 digits, a float names the decimal it comes from."""
    found = number_in(expression, values, month)
    if found is None:
        asked = Sentence("a band that rests on more than values of the rule set")
        raise ScenarioError([Fault(_FILE, None, None, None, asked, Sentence("bands of one's own"))])
    return float(found / 10 ** (RATIO_DECIMALS if expression.is_ratio else PRICE_DECIMALS))
