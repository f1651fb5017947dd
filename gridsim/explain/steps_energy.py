"""Steps from metered energy over the band to the shares of contracts, users and periods (rulebook parts 4 to 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import Quotient, cut_off, energy_share, is_tied
from gridsim.explain.script import FIRST, condense, condensed, table
from gridsim.show.numbers import energy, money_in_full, price, ratio
from gridsim.words import msg, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.explain.arithmetic import Share
    from gridsim.explain.check import Ledger
    from gridsim.explain.derive import Derivation
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

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
            on_tariff = words.say(
                within("on the tariff", "yes") if user.is_peak_valley else within("on the tariff", "no")
            )
            name = (user.name or "",) if has_names else ()
            rows.append((user.id, *name, on_tariff, words.name(cells[i].period), energy(cells[i].metered)))
        empty = ("",) * (3 if has_names else 2)
        if rest:
            others = words.say("{count} more", count=f"{len(rest):,}")
            rows.append((others, *empty, energy(sum(cells[i].metered for i in rest))))
            lines.append(condensed(words, len(cells)))
        columns = ("user", *(("name",) if has_names else ()), "on_tariff", "period", "energy")
        lines.append(table(words, columns, rows, (words.say("A"), *empty, energy(position.metered))))
    else:
        lines.append(words.say("Nothing is metered here: A = 0.000."))
    leans = []
    if position.facts.left:
        users = [
            words.say(
                "{user} from {month}", user=words.named(user.id, user.name), month=words.month(user.exit_month or "")
            )
            for user in position.facts.left[:FIRST]
        ]
        if len(position.facts.left) > FIRST:
            users.append(words.say("{count} more", count=f"{len(position.facts.left) - FIRST:,}"))
        clause = words.clause_list(position.rules.cited("ledger.fallback"))
        lines.append(
            words.say(
                "Not counted, as they have left the market: {users}. What they meter is settled at the "
                "fallback price ({clause}) and explained under the user's own id; the contracts in force "
                "stand.",
                users=words.listed(users),
                clause=clause,
            )
        )
        leans.append("fallback.contracts")
    formula = words.say("A = sum of the metered energies of the unit's users")
    if position.product != "total":
        hours = getattr(position.values.periods, position.product)
        spans = words.listed(f"{start}–{end}" for start, end in hours)
        formula = words.say(
            "A = sum of the metered energies of the unit's users in the {period} hours ({hours})",
            period=words.name(position.product),
            hours=spans,
        )
        leans.append(f"periods.{position.product}")
    values = {"metered_kwh": position.metered}
    return script.step(msg("Metered energy"), position.cited("energy"), formula, lines, values=values, leans=leans)


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
        told = (
            msg("in band = A = {metered}; overrun and shortfall are 0.000.")
            if position.contract
            else msg("Without contract energy everything is overrun: in band = 0.000, overrun = A = {metered}.")
        )
        lines: list[Block] = [words.say(told, metered=energy(position.metered))]
        leans = ["transition.months", "transition.trial"]
        leans.append("transition.in_band" if position.contract else "transition.without_contract")
        formula = words.say("no band: with contracts all metered energy is in band, without contracts all is overrun")
        return script.step(
            msg("The older method (months of transition)"),
            position.cited("energy"),
            formula,
            lines,
            values=values,
            leans=leans,
        )
    settlement = position.values.settlement
    band = settlement.conventional if position.regime == "conventional" else settlement.tou
    blanks = {"upper": ratio(band.upper), "lower": ratio(band.lower)}
    edges = (f"settlement.{position.regime}.upper", f"settlement.{position.regime}.lower")
    return script.step(
        msg("The band and the deviation"),
        position.rules.clauses_of(*edges),
        words.say("upper edge = C × {upper}, lower edge = C × {lower}, each to the kWh, half up", **blanks),
        _band_lines(words, position, band.upper, band.lower),
        values=values,
        leans=edges,
    )


def _band_lines(words: Wording, position: Derivation, upper: int, lower: int) -> Iterator[Block]:
    contract, metered = energy(position.contract), energy(position.metered)
    for edge, exact, edge_ratio in (
        (msg("upper edge = {contract} × {ratio} = {result}"), position.upper_exact, upper),
        (msg("lower edge = {contract} × {ratio} = {result}"), position.lower_exact, lower),
    ):
        assert exact is not None  # there is a band
        before, after = cut_off(Quotient(exact.numerator, exact.denominator * 1000), 7, least=3), energy(exact.rounded)
        result = before if exact.is_whole else words.say("{before} → {after} (half up)", before=before, after=after)
        yield words.say(edge, contract=contract, ratio=ratio(edge_ratio), result=result)
    yield words.say(_verdict(position), metered=metered)
    yield words.say("in band = the smaller of A and the upper edge = {in_band}", in_band=energy(position.in_band))
    yield words.say(
        "overrun = A − in band = {metered} − {in_band} = {overrun}",
        metered=metered,
        in_band=energy(position.in_band),
        overrun=energy(position.overrun),
    )
    if position.shortfall:
        short = energy(position.shortfall)
        yield words.say(
            "shortfall = lower edge − A = {lower} − {metered} = {shortfall}",
            lower=energy(position.lower),
            metered=metered,
            shortfall=short,
        )
    else:
        yield words.say("shortfall = 0.000, as A is not below the lower edge")
    if position.contract:
        percent = cut_off(Quotient(position.metered * 100, position.contract), 2, least=0)
        yield words.say("For orientation: A ÷ C = {percent} %.", percent=percent)


def _verdict(position: Derivation) -> str:
    metered = position.metered
    if not position.contract:
        return (
            msg("Without contract energy both edges are zero: all that is metered is overrun.")
            if metered
            else msg("Neither contracts nor metered energy: nothing to settle.")
        )
    if metered > position.upper:
        return msg("A = {metered} is above the upper edge: overrun.")
    if metered == position.upper:
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


def legs_step(script: Script, position: Derivation, ledger: Ledger) -> int:
    """In-band energy shared out over the legs, its money, and the average price."""
    words = script.words
    shares = [part.in_band for part in position.legs]
    prices = [part.price for part in position.legs]
    lines = _split_lines(
        words,
        msg("in band = {in_band}, C = {contract}"),
        {"in_band": energy(position.in_band), "contract": energy(position.contract)},
        shares,
    )
    lines += _leg_lines(words, position, "energy", shares, prices, ledger)
    average = position.average_price
    assert average is not None  # there is in-band energy
    lines.append(
        words.say(
            "average in-band price = {money} ÷ {energy} = {result} yuan/MWh",
            money=money_in_full(position.energy_money),
            energy=energy(position.in_band),
            result=words.rounded_price(average),
        )
    )
    return script.step(
        msg("In-band energy by contract, and its money"),
        position.cited("energy"),
        words.say(
            msg("share = in band × contract energy ÷ C; money = share × price")
            if _all_whole(shares)
            else msg(
                "share = in band × contract energy ÷ C, rounded down to the kWh; the kWh left over go one "
                "each to the largest remainders; money = share × price"
            )
        ),
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
    lines = _split_lines(
        words, msg("shortfall = {shortfall}, C = {contract}; the fee goes from buyer to seller."), blanks, shares
    )
    lines += _leg_lines(words, position, "shortfall", shares, prices, ledger)
    return script.step(
        msg("Shortfall by contract, and its fee"),
        position.cited("shortfall"),
        words.say(
            msg("share = shortfall × contract energy ÷ C; fee = share × {price}")
            if _all_whole(shares)
            else msg(
                "share = shortfall × contract energy ÷ C, rounded down to the kWh; the kWh left over go one "
                "each to the largest remainders; fee = share × {price}"
            ),
            price=price(position.shortfall_price),
        ),
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
    lines = _split_lines(words, msg("in band = {in_band}, A = {metered}"), blanks, shares)
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
        position.cited("energy"),
        words.say(
            msg("in band of each = in band × metered ÷ A; its overrun = metered − in band")
            if _all_whole(shares)
            else msg(
                "in band of each = in band × metered ÷ A, rounded down to the kWh; the kWh left over go one "
                "each to the largest remainders; its overrun = metered − in band"
            )
        ),
        lines,
        leans=_split_leans("settlement.cells_share", shares),
    )


def _split_lines(words: Wording, given: str, blanks: dict[str, str], shares: Sequence[Share]) -> list[Block]:
    """What is shared out, and how many kWh are left over when the shares are rounded down."""
    lines: list[Block] = [words.say(given, **blanks)]
    left = sum(share.extra for share in shares)
    if left:
        lines.append(
            words.say("Rounded down, the shares leave {left} kWh; column “+kWh” says who gets them.", left=left)
        )
    return lines


def _leg_lines(
    words: Wording, position: Derivation, item: str, shares: Sequence[Share], prices: Sequence[int], ledger: Ledger
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
                money_in_full(amounts[i]),
                f"{line.line:,}" if line else "",
            )
        )
    lines: list[Block] = []
    if rest:
        lines.append(condensed(words, len(legs)))
        counted = sum(ledger.of_leg(item, legs[i].id) is not None for i in rest)
        rows.append(
            (
                words.say("{count} more", count=f"{len(rest):,}"),
                "",
                energy(sum(legs[i].energy for i in rest)),
                "",
                str(sum(shares[i].extra for i in rest) or ""),
                energy(sum(shares[i].value for i in rest)),
                "",
                money_in_full(sum(amounts[i] for i in rest)),
                words.say("{count} lines", count=f"{counted:,}"),
            )
        )
    columns = ("leg", "seller", "contract_energy", "exact_share", "extra", "share", "price", "money", "line")
    total = sum(share.value for share in shares)
    left = str(sum(share.extra for share in shares) or "")
    foot = (
        words.say("sum"),
        "",
        energy(position.contract),
        "",
        left,
        energy(total),
        "",
        money_in_full(sum(amounts)),
        "",
    )
    lines.append(table(words, columns, rows, foot))
    return lines


def _share(share: Share) -> tuple[str, str, str]:
    """A share before it is rounded, the kWh that it got of those left over, and the share."""
    return energy_share(share.exact), str(share.extra or ""), energy(share.value)


def _all_whole(shares: Sequence[Share]) -> bool:
    """Whether all shares are whole kWh as they are."""
    return not any(share.extra for share in shares)


def _split_leans(path: str, shares: Sequence[Share]) -> tuple[str, ...]:
    """The readings that a split rests on: one share alone rests on none."""
    if len(shares) == 1:
        return ()
    return (path, "settlement.last_kwh") if is_tied(shares) else (path,)
