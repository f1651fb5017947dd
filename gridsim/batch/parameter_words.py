"""What a plan varies, in words: values of the rule set by their short names, scales, and what stands for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gridsim.batch.sweep import CONTRACTS, PRICES, RULES, scale_of_unit
from gridsim.names import NamingLanguage
from gridsim.rules.display import value_text
from gridsim.rules.kinds import Option
from gridsim.words import msg, within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridsim.batch.named_market import NamedMarket
    from gridsim.words import Lang

__all__ = ["ParameterWords"]

_SCALES = {
    CONTRACTS: msg("contract energy ×"),
    PRICES: msg("contract prices ×"),
    "load.scale": msg("load ×"),
}
_OVERRIDE = re.compile(r"(?<![\w.])([a-z_]\w*(?:\.\w+)+)=")
"""A path in the text of a swept set of overrides: ``settlement.shortfall_price=20``."""


class ParameterWords(NamingLanguage):
    """Calls the parameters of a sweep and their values in one language.

    Parameters
    ----------
    lang : {"en", "zh"}
    market : NamedMarket
        Of the batch; of one that does not tell, values of the rule set go by their paths.
    """

    def __init__(self, lang: Lang, market: NamedMarket) -> None:
        super().__init__(lang, market.shape, people=market.people)
        self._rules = market.rules

    def parameter(self, name: str) -> str:
        """What a parameter is called: ``欠用电量结算价格`` of ``settlement.shortfall_price``.

        Parameters
        ----------
        name : str
            As the plan has it.
        """
        if name in _SCALES:
            return self.say(_SCALES[name])
        if name == RULES:
            return self.say(within("parameter", "rules"))
        of = scale_of_unit(name)
        if of is not None:
            return self.say("{what}: {unit}", what=self.say(_SCALES[of.scale]), unit=self.called("unit", of.unit))
        return name if self._rules is None else self._rules.called(name).told(self.lang)

    def value(self, name: str, value: object) -> str:
        """A value of a parameter, as a table of points has it.

        Parameters
        ----------
        name : str
            Of the parameter.
        value : object
            A number, or a text.
        """
        if isinstance(value, float):
            return f"{value:.15g}"  # as the plan has it: no digit of a price is left out
        text = str(value)
        if name == RULES:
            return _OVERRIDE.sub(lambda path: f"{self.parameter(path[1])} = ", text)
        if self._rules is not None and self._rules.has(name):
            kind = self._rules.entry(name).kind
            if isinstance(kind, Option) and text in kind.told:
                return value_text(kind, text, self.lang)
        return text

    def paths(self, names: Iterable[str]) -> str:
        """Which parameter is which, for a note under a table of names; empty where names are the paths."""
        pairs = [f"{self.parameter(name)} = {name}" for name in names if name not in (RULES, self.parameter(name))]
        return self.parted(pairs)
