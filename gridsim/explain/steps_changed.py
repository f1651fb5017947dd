"""Lines about contracts that a what-if changed (docs/adr/0026)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.script import condense, condensed, table
from gridsim.explain.split_lines import share_texts
from gridsim.show.numbers import energy, price
from gridsim.units import RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.explain.changed import LegsChanged
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["change_lines"]


def change_lines(words: Wording, made: LegsChanged) -> Iterator[Block]:
    """What one change made of the contracts of a position.

    Parameters
    ----------
    words : Wording
    made : LegsChanged
    """
    told = made.change.change.called(words.market).told(words.lang)
    if made.change.what == "price":
        yield words.say("What if: {change}. Each price, half up to 0.001 yuan/MWh:", change=told)
        yield from _prices(words, made)
        return
    yield words.say(
        "What if: {change}. {before} × {scale} = {after}, half up to the kWh, split over the contracts in proportion "
        "to their energy; the kWh left over go one each to the largest remainders:",
        change=told,
        before=energy(sum(made.before)),
        scale=made.change.scale,
        after=energy(made.after),
    )
    shown, rest = condense(made.before, lambda each: each)
    rows = [(made.legs[i], energy(made.before[i]), *share_texts(made.shares[i])) for i in shown]
    if rest:
        yield condensed(words, len(made.legs))
        rows.append(
            (
                words.say("{count} more", count=f"{len(rest):,}"),
                energy(sum(made.before[i] for i in rest)),
                "",
                str(sum(made.shares[i].extra for i in rest) or ""),
                energy(sum(made.shares[i].value for i in rest)),
            )
        )
    left = str(sum(share.extra for share in made.shares) or "")
    foot = (words.say("sum"), energy(sum(made.before)), "", left, energy(made.after))
    yield table(words, ("leg", "contract_energy", "exact_share", "extra", "share"), rows, foot)


def _prices(words: Wording, made: LegsChanged) -> Iterator[Block]:
    shown, rest = condense(made.before, lambda each: each)
    if rest:
        yield condensed(words, len(made.legs))
    for i in shown:
        after = price(round_half_up(made.before[i] * made.change.ratio, RATIO_ONE))
        yield f"{made.legs[i]}: {price(made.before[i])} × {made.change.scale} = {after}"
