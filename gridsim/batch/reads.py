"""Which values of a rule set trading or a layout may depend on: points alike in those trade once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from gridsim.rules.schema import OWN_GROUPS

if TYPE_CHECKING:
    from gridsim.rules import RuleSet

__all__ = ["read_by_trading", "trading_values"]

_CHANGE_NO_TRADE = frozenset(("compliance", "retail", "billing"))
"""Groups of gridsim's own values that are reported alone, or that bills follow from."""
_SETTLES = (
    "modes",
    "regimes",
    "outside",
    "coefficients",
    "off_tariff",
    "sellers",
    "fees",
    "words",
    "forms",
    "explained",
)
"""Lists of the market that only settlement reads, or nobody. Any other counts as read, also one added later."""


def read_by_trading(rules: RuleSet) -> frozenset[str]:
    """The paths of the values that trading or a layout may read, in any month.

    They are gridsim's own but for those of compliance and of bills, and those that kinds of session, hours, exemptions
    from fees and whatever else is no matter of settlement alone ask for.
    """
    shape, kinds = rules.shape, rules.catalogue.kinds
    pieces = [getattr(shape, each.name) for each in fields(shape) if each.name not in _SETTLES]
    pieces += [
        band.exempt
        for bands in (*(mode.over for mode in shape.modes), *(way.over for way in shape.regimes))
        for band in bands
    ]
    asked = {text for piece in pieces for text in _texts(piece)}
    own = set(OWN_GROUPS) - _CHANGE_NO_TRADE
    return frozenset(path for path in kinds if path in asked or path.partition(".")[0] in own)


def trading_values(values: Mapping[str, object], read: AbstractSet[str]) -> dict[str, object]:
    """Those values, by path or group, that trading or a layout may depend on.

    Parameters
    ----------
    values : mapping of str to object
    read : set of str
        From `read_by_trading`.
    """
    return {path: value for path, value in values.items() if any(f"{each}.".startswith(f"{path}.") for each in read)}


def _texts(node: object) -> Iterator[str]:
    """Every text in a piece of the lists."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for item in node.items():
            yield from _texts(item)
    elif isinstance(node, tuple | list):
        for inner in node:
            yield from _texts(inner)
    elif is_dataclass(node):
        for each in fields(node):
            yield from _texts(getattr(node, each.name))
