"""What cites a clause, where a rule file does not say it: found in the lists of the market.

Its clause is the one that stands in the lists (``clause:``), else that of the values that stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from gridsim.names import NamingLanguage
from gridsim.rules.citations import Citation
from gridsim.rules.shape import ENERGY, OVERRUN, SHORTFALL, TRANSFER
from gridsim.rules.wording import Words

if TYPE_CHECKING:
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ModeShape, RegimeShape

__all__ = ["cited_by_shape"]


def cited_by_shape(shape: MarketShape, cites: Mapping[str, Citation]) -> dict[str, Citation]:
    """All that cites a clause: what the file says, then what its lists add.

    Parameters
    ----------
    shape : MarketShape
    cites : mapping of str to Citation
        What the file says. A name there also covers those that are longer by one part: ``ledger.funds`` all ways of
        settling.
    """
    found = dict(cites)
    for name, citation in (*_ledger(shape), *_outside(shape), *_others(shape)):
        if name.rpartition(".")[0] not in cites:
            found.setdefault(name, citation)
    return found


def _ledger(shape: MarketShape) -> Iterator[tuple[str, Citation]]:
    ways: tuple[ModeShape | RegimeShape, ...] = (*shape.modes, *shape.regimes)
    for way in ways:
        section = "modes" if way in shape.modes else "regimes"
        months = getattr(way, "months", ())
        months = months if isinstance(months, str) else ""
        for item, expressions in _of_bands(way):
            paths = _paths(expressions) or ((months,) if months else ())
            yield _named(shape, item, section, way.id, paths, dict(way.clauses).get(item, ""))
    charges = {mode.id: mode.charges for mode in shape.modes}
    for mode in shape.modes:
        for charge in mode.charges:
            yield _named(shape, charge.item, "modes", mode.id, charge.price.paths(), charge.clause)
    for regime in shape.regimes:
        for mode in shape.modes:
            for charge in charges[dict(regime.charges).get(mode.id, mode.id)]:
                yield _named(shape, charge.item, "regimes", regime.id, charge.price.paths(), charge.clause)


def _of_bands(way: ModeShape | RegimeShape) -> Iterator[tuple[str, list[Expression]]]:
    edges = [[band.edge for band in side if band.edge is not None] for side in (way.over, way.under)]
    yield ENERGY, edges[0]
    if way.under:
        yield SHORTFALL, [*edges[1], *(band.price for band in way.under)]
    if way.over:
        yield OVERRUN, [*edges[0], *(band.price for band in way.over)]


def _outside(shape: MarketShape) -> Iterator[tuple[str, Citation]]:
    for why, charges in shape.outside:
        for charge in charges:
            yield _named(shape, charge.item, "outside", why, charge.price.paths(), charge.clause)


def _others(shape: MarketShape) -> Iterator[tuple[str, Citation]]:
    yield _named(shape, TRANSFER, "", "", (), shape.transfer_clause)
    if shape.fees is not None:
        yield _named(shape, shape.fees.item, "", "", (), shape.fees.clause)
        if shape.fees.returned_item:
            yield _named(shape, shape.fees.returned_item, "", "", (), shape.fees.returned_clause)
    if shape.sellers is not None:
        of = shape.sellers
        for part in (of.energy, of.structural, of.over, of.under, of.fee, of.balance):
            if part is not None:
                price = part.price.paths() if part.price is not None else ()
                yield _named(shape, part.item, "outside", "sellers", price, part.clause)
    for closing in shape.closing:
        yield _named(shape, closing.item, "", "", (), closing.clause)
    for check in shape.checks:
        called = _called(shape, "check", check)
        words = Words(f"Check: {called.en}", f"检查：{called.zh}")
        yield f"compliance.{check}", Citation((), words, shape.check_clauses.get(check, ""))
    for kind in (*shape.sessions, *shape.without_sessions):
        name = _called(shape, "kind", kind.id)
        words = Words(f"Contracts, {name.en}", f"合同来源：{name.zh}")
        paths = tuple(
            path for path in (kind.how, kind.ties, kind.heat_priority) if isinstance(path, str) and "." in path
        )
        yield f"sessions.{kind.id}", Citation(paths, words, kind.clause)
    yield "sessions.none", Citation((), Words("A position without contracts", "没有合同的结算头寸"))


def _named(
    shape: MarketShape, item: str, section: str, way: str, paths: tuple[str, ...], clause: str
) -> tuple[str, Citation]:
    """An item of the ledger, by the way it settles."""
    called, of = _called(shape, "item", item), _called(shape, section, way)
    words = Words(f"{called.en}, {of.en}", f"{called.zh}，{of.zh}") if way else called
    return (f"ledger.{item}.{way}" if way else f"ledger.{item}"), Citation(paths, words, clause)


def _called(shape: MarketShape, column: str, code: str) -> Words:
    return Words(NamingLanguage("en", shape).called(column, code), NamingLanguage("zh", shape).called(column, code))


def _paths(expressions: Iterable[Expression]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for each in expressions for path in each.paths()))
