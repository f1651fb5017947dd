"""What of a market's lists comes from extensions: which of them it uses, and what they are called."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gridsim.extensions import Kind, find, keep_own
from gridsim.names import CHECKS as OWN_CHECKS
from gridsim.rules.expression import WORDS, Expression
from gridsim.rules.wording import Words

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape

__all__ = ["CHECKS", "MECHANISMS", "expressions_of", "used_extensions", "with_words_of_extensions"]

MECHANISMS = ("high_low", "uniform", "rolling")
"""How orders are matched."""
CHECKS = tuple(OWN_CHECKS)
"""The checks of compliance."""
keep_own("mechanism", ("filings", *MECHANISMS))
keep_own("check", CHECKS)

_LISTS: Mapping[Kind, str] = {"mechanism": "mechanisms", "price": "prices", "check": "checks", "item": "items"}
_KNOWN = "_used_extensions"
_ARITHMETIC = ("number", "dated", "contract_mean", "in_band_mean", "coefficient")


def used_extensions(shape: MarketShape) -> tuple[tuple[Kind, str], ...]:
    """Kind and name of each extension that a market uses, there or missing; mechanisms, prices, checks, items.

    Parameters
    ----------
    shape : MarketShape
    """
    known: tuple[tuple[Kind, str], ...] | None = shape.__dict__.get(_KNOWN)
    if known is None:  # a millisecond, which a thousand small runs of one market take once
        known = shape.__dict__[_KNOWN] = tuple(dict.fromkeys(_used(shape)))
    return known


def _used(shape: MarketShape) -> list[tuple[Kind, str]]:
    kinds = (*shape.sessions, *shape.without_sessions)
    own = (*MECHANISMS, "filings")
    found: list[tuple[Kind, str]] = [
        ("mechanism", kind.how) for kind in kinds if kind.how not in own and "." not in kind.how
    ]
    words = (each.word for expression in expressions_of(shape) for each in expression.walk())
    found += [("price", word) for word in words if word not in WORDS and word not in _ARITHMETIC]
    found += [("check", check) for check in shape.checks if check not in CHECKS]
    found += [("item", closing.item) for closing in shape.closing]
    return found


def expressions_of(part: Any) -> Iterator[Expression]:
    """All price expressions in a part of a shape.

    Parameters
    ----------
    part : object
        A shape, or what stands in one.
    """
    if isinstance(part, Expression):
        yield part
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from expressions_of(getattr(part, field.name))
    elif isinstance(part, tuple | list):
        for each in part:
            yield from expressions_of(each)


def with_words_of_extensions(shape: MarketShape) -> MarketShape:
    """The shape with names and clauses that extensions bring, where the rule file says nothing.

    Parameters
    ----------
    shape : MarketShape
    """
    used = used_extensions(shape)
    if not used:
        return shape
    words = {name: dict(each) for name, each in shape.words.items()}
    clauses: dict[tuple[Kind, str], str] = {}
    for kind, name in used:
        extension = find(kind, name)
        if extension is not None:
            words.setdefault(_LISTS[kind], {}).setdefault(name, Words(extension.en, extension.zh))
            clauses[kind, name] = extension.clause
    checks = {name: clause for (kind, name), clause in clauses.items() if kind == "check" and clause}

    return dataclasses.replace(
        shape,
        words=words,
        check_clauses=checks | dict(shape.check_clauses),
        closing=tuple(
            each if each.clause else each._replace(clause=clauses.get(("item", each.item), ""))
            for each in shape.closing
        ),
        sessions=tuple(
            kind if kind.clause else dataclasses.replace(kind, clause=clauses.get(("mechanism", kind.how), ""))
            for kind in shape.sessions
        ),
        without_sessions=tuple(
            kind if kind.clause else dataclasses.replace(kind, clause=clauses.get(("mechanism", kind.how), ""))
            for kind in shape.without_sessions
        ),
    )
