"""The step that shares in-band energy out over users and periods (rulebook part 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.script import condense, condensed, table
from gridsim.explain.split_lines import all_whole, share_texts, split_leans, split_lines
from gridsim.rules.shape import ENERGY
from gridsim.show.numbers import energy
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.derivation import Derivation
    from gridsim.explain.script import Script

__all__ = ["cells_step"]


def cells_step(script: Script, position: Derivation) -> int:
    """In-band energy shared out over the cells; what is left of each is overrun."""
    words, parts = script.words, position.cells
    shares = [part.in_band for part in parts]
    blanks = {"in_band": energy(position.in_band), "metered": energy(position.metered)}
    lines = split_lines(words, msg("in band = {in_band}, A = {metered}"), blanks, shares)
    shown, rest = condense(parts, lambda part: part.cell.metered)
    has_period = position.has_periods
    rows = []
    for i in shown:
        part = parts[i]
        period = (words.both_periods(part.cell.period, part.cell.tariff_period),) if has_period else ()
        numbers = (energy(part.cell.metered), *share_texts(part.in_band), energy(part.overrun))
        rows.append((part.cell.user.id, *period, *numbers))
    empty = ("",) if has_period else ()
    if rest:
        lines.append(condensed(words, len(parts)))
        others = [parts[i] for i in rest]
        rows.append(
            (
                words.say("{count} more", count=f"{len(rest):,}"),
                *empty,
                energy(sum(part.cell.metered for part in others)),
                "",
                str(sum(part.in_band.extra for part in others) or ""),
                energy(sum(part.in_band.value for part in others)),
                energy(sum(part.overrun for part in others)),
            )
        )
    columns = ("user", *(("period",) if has_period else ()), "energy", "exact_share", "extra", "in_band", "overrun")
    left = str(sum(share.extra for share in shares) or "")
    foot = (energy(position.metered), "", left, energy(position.in_band), energy(position.overrun))
    lines.append(table(words, columns, rows, (words.say("sum"), *empty, *foot)))
    return script.step(
        msg("In-band energy and overrun by user and period"),
        position.cited(ENERGY),
        words.say(
            msg("in band of each = in band × metered ÷ A; its overrun = metered − in band")
            if all_whole(shares)
            else msg(
                "in band of each = in band × metered ÷ A, rounded down to the kWh; the kWh left over go one "
                "each to the largest remainders; its overrun = metered − in band"
            )
        ),
        lines,
        leans=split_leans("settlement.cells_share", shares),
    )
