"""The step from contract and metered energy over the bands to what each of them holds (rulebook parts 5, 6 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import Quotient, cut_off
from gridsim.explain.script import OwnColumn, table
from gridsim.rules.shape import ENERGY
from gridsim.settlement.ways import NO_REGIME
from gridsim.show.numbers import energy, ratio
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.explain.derivation import BandPart, Derivation
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["band_step"]


def band_step(script: Script, position: Derivation) -> int:
    """The edges and where metered energy lies; of an open edge, that there is none."""
    words = script.words
    values = {
        "upper_kwh": position.upper,
        "lower_kwh": position.lower,
        "in_band_kwh": position.in_band,
        "overrun_kwh": position.overrun,
        "shortfall_kwh": position.shortfall,
    }
    way = position.way
    if position.over[0].band.edge is None:
        is_regime = way.regime != NO_REGIME
        has = "in_band" if position.contract else "without_contract"
        months = position.rules.shape.regimes[way.regime].months if is_regime else ()
        leans = [months] if isinstance(months, str) else []
        leans += script.rests_on(f"regime.{way.name}", f"regime.{way.name}.{has}")
        return script.step(
            (words.own(f"regime.{way.name}") if is_regime else None) or words.say("No band"),
            position.cited(ENERGY),
            words.say("no band: with contracts all metered energy is in band, without contracts all is overrun"),
            [*_open_lines(words, position)],
            values=values,
            leans=leans,
            is_said=True,
        )
    edges = [path for band in (position.over[0], *position.under[:1]) for path in _paths(band)]
    if len(position.over) == 1 and len(position.under) == 1:
        upper, lower = ratio(position.over[0].ratio or 0), ratio(position.under[0].ratio or 0)
        formula = words.say(
            "upper edge = C × {upper}, lower edge = C × {lower}, each to the kWh, half up", upper=upper, lower=lower
        )
    else:
        edges = [path for band in (*position.over, *position.under) for path in _paths(band)]
        formula = words.say("edge = C × ratio, to the kWh, half up; what lies between two edges belongs to one band")
    return script.step(
        msg("The band and the deviation"),
        position.rules.clauses_of(*edges) if edges else position.cited(ENERGY),
        formula,
        _lines(words, position),
        values=values,
        leans=(*edges, *(() if position.contract else script.rests_on("band.without_contract"))),
    )


def _paths(band: BandPart) -> tuple[str, ...]:
    return () if band.band.edge is None else band.band.edge.paths()


def _open_lines(words: Wording, position: Derivation) -> Iterator[Block]:
    metered = energy(position.metered)
    if position.contract and not position.under:
        yield words.say("in band = A = {metered}; overrun and shortfall are 0.000.", metered=metered)
    elif position.contract:
        yield words.say("in band = A = {metered}; overrun is 0.000.", metered=metered)
    else:
        yield words.say(
            "Without contract energy everything is overrun: in band = 0.000, overrun = A = {metered}.", metered=metered
        )
    if position.under:
        yield from _under_lines(words, position)


def _lines(words: Wording, position: Derivation) -> Iterator[Block]:
    metered = energy(position.metered)
    for number, band in enumerate(position.over, 1):
        name = msg("upper edge = {contract} × {ratio} = {result}")
        if len(position.over) > 1:
            name = msg("upper edge {number} = {contract} × {ratio} = {result}")
        yield _edge(words, position, band, name, number)
    for number, band in enumerate(position.under, 1):
        name = msg("lower edge = {contract} × {ratio} = {result}")
        if len(position.under) > 1:
            name = msg("lower edge {number} = {contract} × {ratio} = {result}")
        yield _edge(words, position, band, name, number)
    yield words.say(_verdict(position), metered=metered)
    first = msg("in band = the smaller of A and the upper edge = {in_band}")
    if len(position.over) > 1:
        first = msg("in band = the smaller of A and the first upper edge = {in_band}")
    yield words.say(first, in_band=energy(position.in_band))
    yield words.say(
        "overrun = A − in band = {metered} − {in_band} = {overrun}",
        metered=metered,
        in_band=energy(position.in_band),
        overrun=energy(position.overrun),
    )
    yield from _under_lines(words, position)
    if len(position.over) > 1 and position.overrun:
        yield _bands(words, position.over, msg("above C × {ratio}"))
    if len(position.under) > 1 and position.shortfall:
        yield _bands(words, position.under, msg("below C × {ratio}"))
    if position.contract:
        percent = cut_off(Quotient(position.metered * 100, position.contract), 2, least=0)
        yield words.say("For orientation: A ÷ C = {percent} %.", percent=percent)


def _edge(words: Wording, position: Derivation, band: BandPart, name: str, number: int) -> str:
    exact = band.exact
    assert exact is not None, "only the first edge may be open"
    before, after = cut_off(Quotient(exact.numerator, exact.denominator * 1000), 7, least=3), energy(exact.rounded)
    result = before if exact.is_whole else words.say("{before} → {after} (half up)", before=before, after=after)
    blanks = {"contract": energy(position.contract), "ratio": ratio(band.ratio or 0), "result": result}
    return words.say(name, number=number, **blanks)


def _under_lines(words: Wording, position: Derivation) -> Iterator[str]:
    if position.shortfall:
        metered, short = energy(position.metered), energy(position.shortfall)
        yield words.say(
            "shortfall = lower edge − A = {lower} − {metered} = {shortfall}",
            lower=energy(position.lower),
            metered=metered,
            shortfall=short,
        )
    elif position.under:
        yield words.say("shortfall = 0.000, as A is not below the lower edge")
    else:
        yield words.say("shortfall = 0.000, as there is no lower edge")


def _bands(words: Wording, bands: tuple[BandPart, ...], name: str) -> Block:
    """What each band of one side holds."""
    rows = [(words.say(name, ratio=ratio(band.ratio or 0)), energy(band.edge), energy(band.energy)) for band in bands]
    columns = (OwnColumn(words.say("band"), is_text=True), OwnColumn(words.say("edge")), "energy")
    return table(words, columns, rows, (words.say("sum"), "", energy(sum(band.energy for band in bands))))


def _verdict(position: Derivation) -> str:
    metered = position.metered
    if not position.contract:
        return (
            msg("Without contract energy both edges are zero: all that is metered is overrun.")
            if metered
            else msg("Neither contracts nor metered energy: nothing to settle.")
        )
    if position.overrun and position.shortfall:
        return msg("A = {metered} is above the upper edge and below the lower one: overrun, and shortfall too.")
    if metered > position.upper:
        return msg("A = {metered} is above the upper edge: overrun.")
    if metered == position.upper and not position.shortfall:
        return msg("A = {metered} is exactly the upper edge: that is no deviation.")
    if metered == position.lower:
        return msg("A = {metered} is exactly the lower edge: that is no deviation.")
    if metered > position.lower:
        return msg("A = {metered} lies between the edges: no deviation.")
    return (
        msg("A = {metered} is below the lower edge: shortfall.")
        if metered
        else msg("Nothing is metered: all up to the lower edge is shortfall.")
    )
