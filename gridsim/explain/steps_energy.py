"""Steps from metered energy over the band to the shares of contracts, users and periods (rulebook parts 4 to 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import Quotient, is_tied
from gridsim.explain.grids import grid
from gridsim.explain.numbers import cut_off, energy, energy_share, money, price, ratio
from gridsim.explain.script import FIRST, condense

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.explain.arithmetic import Share
    from gridsim.explain.check import Ledger
    from gridsim.explain.derive import Derivation
    from gridsim.explain.model import Block
    from gridsim.explain.script import Script
    from gridsim.explain.words import Words

__all__ = ["band_step", "cells_step", "legs_step", "metered_step", "shortfall_step"]


def metered_step(script: Script, position: Derivation) -> int:
    """The cells of a position and their sum."""
    words, cells = script.words, [part.cell for part in position.cells]
    lines: list[Block] = []
    if cells:
        shown, rest = condense(cells, lambda cell: cell.metered)
        has_names = any(cells[i].user.name for i in shown)
        rows = []
        for i in shown:
            user = cells[i].user
            on_tariff = words.say("yes" if user.is_peak_valley else "no")
            name = (user.name or "",) if has_names else ()
            rows.append((user.id, *name, on_tariff, words.name(cells[i].period), energy(cells[i].metered)))
        empty = ("",) * (3 if has_names else 2)
        if rest:
            others = words.say("others", count=f"{len(rest):,}")
            rows.append((others, *empty, energy(sum(cells[i].metered for i in rest))))
            lines.append(words.say("condensed", count=f"{len(cells):,}", first=FIRST, how=""))
        columns = ("user", *(("name",) if has_names else ()), "on_tariff", "period", "energy")
        lines.append(grid(words, columns, rows, (words.say("sum_metered"), *empty, energy(position.metered))))
    else:
        lines.append(words.say("metered_none"))
    leans = []
    if position.facts.left:
        users = [
            words.say("left_user", user=words.named(user.id, user.name), month=words.month(user.exit_month or ""))
            for user in position.facts.left[:FIRST]
        ]
        if len(position.facts.left) > FIRST:
            users.append(words.say("others", count=f"{len(position.facts.left) - FIRST:,}"))
        clause = words.clause_list(position.rules.cited("ledger.fallback"))
        lines.append(words.say("left", users=words.listed(users), clause=clause))
        leans.append("fallback.contracts")
    formula = words.say("metered_formula")
    if position.product != "total":
        hours = getattr(position.values.periods, position.product)
        spans = words.listed(f"{start}–{end}" for start, end in hours)
        formula = words.say("metered_formula_period", period=words.name(position.product), hours=spans)
        leans.append(f"periods.{position.product}")
    values = {"metered_kwh": position.metered}
    return script.step("metered", position.cited("energy"), formula, lines, values=values, leans=leans)


def band_step(script: Script, position: Derivation) -> int:
    """The band's edges and where metered energy lies; in transition, that there is none."""
    words = script.words
    values = {
        "upper_kwh": position.upper,
        "lower_kwh": position.lower,
        "in_band_kwh": position.in_band,
        "overrun_kwh": position.overrun,
        "shortfall_kwh": position.shortfall,
    }
    if position.regime == "transition":
        key = "older_in_band" if position.contract else "older_no_contract"
        lines: list[Block] = [words.say(key, metered=energy(position.metered))]
        leans = ["transition.months", "transition.trial"]
        leans.append("transition.in_band" if position.contract else "transition.without_contract")
        formula = words.say("older_formula")
        return script.step("older", position.cited("energy"), formula, lines, values=values, leans=leans)
    settlement = position.values.settlement
    band = settlement.conventional if position.regime == "conventional" else settlement.tou
    blanks = {"upper": ratio(band.upper), "lower": ratio(band.lower)}
    edges = (f"settlement.{position.regime}.upper", f"settlement.{position.regime}.lower")
    return script.step(
        "band",
        position.rules.clauses_of(*edges),
        words.say("band_formula", **blanks),
        _band_lines(words, position, band.upper, band.lower),
        values=values,
        leans=edges,
    )


def _band_lines(words: Words, position: Derivation, upper: int, lower: int) -> Iterator[Block]:
    contract, metered = energy(position.contract), energy(position.metered)
    for key, exact, edge_ratio in (("upper", position.upper_exact, upper), ("lower", position.lower_exact, lower)):
        assert exact is not None  # there is a band
        before, after = cut_off(Quotient(exact.numerator, exact.denominator * 1000), 7, least=3), energy(exact.rounded)
        result = before if exact.is_whole else words.say("rounded", before=before, after=after)
        yield words.say(key, contract=contract, ratio=ratio(edge_ratio), result=result)
    yield words.say(_verdict(position), metered=metered)
    yield words.say("in_band", in_band=energy(position.in_band))
    yield words.say("overrun_is", metered=metered, in_band=energy(position.in_band), overrun=energy(position.overrun))
    if position.shortfall:
        short = energy(position.shortfall)
        yield words.say("shortfall_is", lower=energy(position.lower), metered=metered, shortfall=short)
    else:
        yield words.say("no_shortfall")
    if position.contract:
        percent = cut_off(Quotient(position.metered * 100, position.contract), 2, least=0)
        yield words.say("share_of_contract", percent=percent)


def _verdict(position: Derivation) -> str:
    metered = position.metered
    if not position.contract:
        return "no_contract" if metered else "nothing"
    if metered > position.upper:
        return "above"
    if metered == position.upper:
        return "at_upper"
    if metered == position.lower:
        return "at_lower"
    if metered > position.lower:
        return "inside"
    return "below" if metered else "no_metered"


def legs_step(script: Script, position: Derivation, ledger: Ledger) -> int:
    """In-band energy shared out over the legs, its money, and the average price."""
    words = script.words
    shares = [part.in_band for part in position.legs]
    prices = [part.price for part in position.legs]
    lines = _split_lines(
        words,
        "legs_given",
        {"in_band": energy(position.in_band), "contract": energy(position.contract)},
        shares,
    )
    lines += _leg_lines(words, position, "energy", shares, prices, ledger)
    average = position.average_price
    assert average is not None  # there is in-band energy
    lines.append(
        words.say(
            "average",
            money=money(position.energy_money),
            energy=energy(position.in_band),
            result=words.rounded_price(average),
        )
    )
    return script.step(
        "legs",
        position.cited("energy"),
        words.say("legs_formula" + _whole(shares)),
        lines,
        transfers=ledger.of("energy"),
        values={"energy_micro_yuan": position.energy_money, "average_price_micro_yuan_per_kwh": average.rounded},
        leans=_split_leans("settlement.legs_share", shares),
    )


def shortfall_step(script: Script, position: Derivation, ledger: Ledger) -> int:
    """The shortfall shared out over the legs, and its fee."""
    words = script.words
    shares = [part.shortfall for part in position.legs]
    prices = [position.shortfall_price] * len(shares)
    blanks = {"shortfall": energy(position.shortfall), "contract": energy(position.contract)}
    lines = _split_lines(words, "shortfall_given", blanks, shares)
    lines += _leg_lines(words, position, "shortfall", shares, prices, ledger)
    return script.step(
        "shortfall_step",
        position.cited("shortfall"),
        words.say("shortfall_formula" + _whole(shares), price=price(position.shortfall_price)),
        lines,
        transfers=ledger.of("shortfall"),
        values={"shortfall_micro_yuan": position.shortfall_money},
        leans=(
            "settlement.shortfall_price",
            "settlement.shortfall_fee",
            "scope.generator_deviation",
            *_split_leans("settlement.legs_share", shares),
        ),
    )


def cells_step(script: Script, position: Derivation) -> int:
    """In-band energy shared out over the cells; what is left of each is overrun."""
    words, parts = script.words, position.cells
    shares = [part.in_band for part in parts]
    blanks = {"in_band": energy(position.in_band), "metered": energy(position.metered)}
    lines = _split_lines(words, "cells_given", blanks, shares)
    shown, rest = condense(parts, lambda part: part.cell.metered)
    has_period = position.product == "total"
    rows = []
    for i in shown:
        part = parts[i]
        period = (words.name(part.cell.period),) if has_period else ()
        numbers = (energy(part.cell.metered), *_share(part.in_band), energy(part.overrun))
        rows.append((part.cell.user.id, *period, *numbers))
    empty = ("",) if has_period else ()
    if rest:
        lines.append(words.say("condensed", count=f"{len(parts):,}", first=FIRST, how=""))
        others = [parts[i] for i in rest]
        rows.append(
            (
                words.say("others", count=f"{len(rest):,}"),
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
    lines.append(grid(words, columns, rows, (words.say("sum"), *empty, *foot)))
    return script.step(
        "cells",
        position.cited("energy"),
        words.say("cells_formula" + _whole(shares)),
        lines,
        leans=_split_leans("settlement.cells_share", shares),
    )


def _split_lines(words: Words, given: str, blanks: dict[str, str], shares: Sequence[Share]) -> list[Block]:
    """What is shared out, and how many kWh are left over when the shares are rounded down."""
    lines: list[Block] = [words.say(given, **blanks)]
    left = sum(share.extra for share in shares)
    if left:
        lines.append(words.say("legs_left", left=left))
    return lines


def _leg_lines(
    words: Words, position: Derivation, item: str, shares: Sequence[Share], prices: Sequence[int], ledger: Ledger
) -> list[Block]:
    legs = [part.leg for part in position.legs]
    shown, rest = condense(legs, lambda leg: leg.energy)
    amounts = [share.value * leg_price for share, leg_price in zip(shares, prices, strict=True)]
    rows = []
    for i in shown:
        line = ledger.of_leg(item, legs[i].id)
        rows.append(
            (
                legs[i].id,
                legs[i].seller,
                energy(legs[i].energy),
                *_share(shares[i]),
                price(prices[i]),
                money(amounts[i]),
                f"{line.line:,}" if line else "",
            )
        )
    lines: list[Block] = []
    if rest:
        lines.append(words.say("condensed", count=f"{len(legs):,}", first=FIRST, how=""))
        counted = sum(ledger.of_leg(item, legs[i].id) is not None for i in rest)
        rows.append(
            (
                words.say("others", count=f"{len(rest):,}"),
                "",
                energy(sum(legs[i].energy for i in rest)),
                "",
                str(sum(shares[i].extra for i in rest) or ""),
                energy(sum(shares[i].value for i in rest)),
                "",
                money(sum(amounts[i] for i in rest)),
                words.say("line_count", count=f"{counted:,}"),
            )
        )
    columns = ("leg", "seller", "contract_energy", "exact_share", "extra", "share", "price", "money", "line")
    total = sum(share.value for share in shares)
    left = str(sum(share.extra for share in shares) or "")
    foot = (words.say("sum"), "", energy(position.contract), "", left, energy(total), "", money(sum(amounts)), "")
    lines.append(grid(words, columns, rows, foot))
    return lines


def _share(share: Share) -> tuple[str, str, str]:
    """A share before it is rounded, the kWh that it got of those left over, and the share."""
    return energy_share(share.exact), str(share.extra or ""), energy(share.value)


def _whole(shares: Sequence[Share]) -> str:
    """The end of a formula's key: whether all shares are whole kWh as they are."""
    return "" if any(share.extra for share in shares) else "_whole"


def _split_leans(path: str, shares: Sequence[Share]) -> tuple[str, ...]:
    """The readings that a split rests on: one share alone rests on none."""
    if len(shares) == 1:
        return ()
    return (path, "settlement.last_kwh") if is_tied(shares) else (path,)
