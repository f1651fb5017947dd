"""By what terms the orders of a kind of session trade: its mechanism, with the rule set's values put in (part 9)."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from gridsim.rules.extended_shape import MECHANISMS
from gridsim.rules.shape_lists import Choice
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from gridsim.rules import RuleValues
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape_lists import SessionKind

__all__ = ["FILINGS", "ROLLING", "UNIFORM", "Terms", "value_or_word"]

FILINGS, UNIFORM, ROLLING = "filings", "uniform", "rolling"


@dataclass(frozen=True, slots=True)
class Terms:
    """How orders of a kind of session trade; kinds alike in them are matched together.

    Attributes
    ----------
    how : str
        ``filings``, or a mechanism.
    ties : str
        The rule for orders alike in price.
    keys : tuple of (str, tuple of str)
        By side: what orders alike in price stand by, in place of a rule; none where there is one.
    k : int [10⁻⁴]
    heat_priority : bool
    transfers : str
        ``none``, ``also``, ``only``, ``with_segment``.
    """

    how: str
    ties: str
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    k: int
    heat_priority: bool
    transfers: str

    @property
    def is_extension(self) -> bool:
        """Whether a mechanism of an extension matches its books (`gridsim.trading.extended`)."""
        return self.how not in (FILINGS, *MECHANISMS)

    @classmethod
    def of(cls, kind: SessionKind, values: RuleValues) -> Terms:
        """The terms of a kind of session.

        Parameters
        ----------
        kind : SessionKind
        values : RuleValues
        """
        keys = () if isinstance(kind.ties, str) else kind.ties
        heat = kind.heat_priority
        transfers = kind.transfers
        return cls(
            how=value_or_word(kind.how, values),
            ties=value_or_word(kind.ties, values) if isinstance(kind.ties, str) else "time",
            keys=keys,
            k=RATIO_ONE // 2 if kind.k is None else _ratio(kind.k, values),
            heat_priority=heat if isinstance(heat, bool) else bool(attrgetter(heat)(values)),
            transfers=transfers.of(attrgetter(transfers.value)(values))
            if isinstance(transfers, Choice)
            else value_or_word(transfers, values),
        )


def value_or_word(text: str, values: RuleValues) -> Any:
    """What stands at a path of the rule set; a text that is no path stands for itself."""
    return attrgetter(text)(values) if "." in text else text


def _ratio(expression: Expression, values: RuleValues) -> int:
    """A ratio that is the same all year."""
    given = expression.arguments[0]
    return int(attrgetter(given)(values) if expression.word == "value" else given)
