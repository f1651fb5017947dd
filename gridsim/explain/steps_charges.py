"""Steps from the energy of users and periods to their charges: overrun, T&D, adjustment, funds (rulebook part 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gridsim.columns import PERIODS
from gridsim.explain.script import FIRST, condense, condensed, table
from gridsim.show.numbers import decimal, energy, money_in_full, price, ratio
from gridsim.units import RATIO_DECIMALS, RATIO_ONE
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.check import Ledger
    from gridsim.explain.derive import CellPart, Derivation
    from gridsim.explain.facts import Cell
    from gridsim.explain.model import Transfer
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.rules import RuleSet
    from gridsim.show.document import Block

__all__ = [
    "Charge",
    "Labels",
    "adjustment_step",
    "charges_grid",
    "funds_step",
    "overrun_step",
    "tariffs_step",
    "transmission_step",
]


class Labels(NamedTuple):
    """What tariffs are called in later steps, by their row in the table of tariffs; and where they were shown."""

    of_row: dict[int, str]
    step: int
    section: int

    def of(self, cell: Cell) -> str:
        """What a cell's tariff is called."""
        return self.of_row[cell.tariff.row]

    def note(self, script: Script) -> list[Block]:
        """Where to look, if that is in an earlier section."""
        is_here = self.section == len(script.sections)
        return (
            []
            if is_here
            else [script.words.say("The tariffs (T1 and so on) are those of step {step}.", step=self.step)]
        )


def tariffs_step(script: Script, cells: Sequence[Cell], month: str, rules: RuleSet) -> Labels:
    """The tariffs that the users of some cells pay, each with a label."""
    words = script.words
    tariffs = {cell.tariff.row: cell.tariff for cell in cells}
    labels = {row: f"T{number}" for number, row in enumerate(sorted(tariffs), start=1)}
    rows = []
    for row, label in labels.items():
        tariff = tariffs[row]
        prices = (*(tariff.catalogue[period] for period in PERIODS), tariff.transmission, tariff.funds)
        since = words.month(tariff.effective_from) if tariff.effective_from else ""
        rows.append((label, tariff.tariff_class, tariff.voltage, *map(price, prices), f"{row:,}", since))
    columns = ("tariff", "tariff_class", "voltage", *PERIODS, "transmission", "funds", "row", "since")
    lines: list[Block] = [
        words.say(
            "From the scenario's table of tariffs, with its row; peak, flat and valley are the catalogue "
            "prices, which contain T&D and funds.",
            month=words.month(month),
        ),
        table(words, columns, rows),
    ]
    sources = dict.fromkeys(tariffs[row].source for row in labels if tariffs[row].source)
    if sources:
        lines.append(words.say("Source as given: {sources}.", sources=words.listed(str(source) for source in sources)))
    clause = rules.clauses_of("tariff.prices")
    step = script.step(
        msg("Tariffs that apply"),
        clause,
        words.say("of each class and voltage the last row in force by the month"),
        lines,
        leans=("tariff.prices",),
    )
    return Labels(labels, step, len(script.sections))


class Charge(NamedTuple):
    """What a cell pays for one item: energy [kWh], price [micro-yuan/kWh], and what to say between."""

    cell: Cell
    energy: int
    price: int
    details: tuple[str, ...]
    line: Transfer | None


def charges_grid(words: Wording, charges: Sequence[Charge], details: Sequence[str], *, has_period: bool) -> list[Block]:
    """Charges as a table; of many, the rest is summed up by tariff and price, so that each row can be checked.

    Parameters
    ----------
    words : Wording
    charges : sequence of Charge
        Those without energy are left out, as in the ledger.
    details : sequence of str
        Keys of the headings of ``Charge.details``.
    has_period : bool
        Whether cells of several periods stand here.
    """
    charges = [charge for charge in charges if charge.energy]
    shown, rest = condense(charges, lambda charge: charge.energy)
    rows = []
    for i in shown:
        charge = charges[i]
        period = (words.name(charge.cell.period),) if has_period else ()
        amount = charge.energy * charge.price
        line = f"{charge.line.line:,}" if charge.line else ""
        rows.append(
            (
                charge.cell.user.id,
                *period,
                energy(charge.energy),
                *charge.details,
                price(charge.price),
                money_in_full(amount),
                line,
            )
        )
    empty = ("",) if has_period else ()
    for alike in _alike(charges[i] for i in rest):
        total = sum(charge.energy for charge in alike)
        periods = {charge.cell.period for charge in alike}
        period = (words.name(min(periods)) if len(periods) == 1 else "",) if has_period else ()
        rows.append(
            (
                words.say("{count} more", count=f"{len(alike):,}"),
                *period,
                energy(total),
                *alike[0].details,
                price(alike[0].price),
                money_in_full(total * alike[0].price),
                words.say("{count} lines", count=f"{len(alike):,}"),
            )
        )
    columns = ("user", *(("period",) if has_period else ()), "energy", *details, "price", "money", "line")
    total_energy = energy(sum(charge.energy for charge in charges))
    total_money = money_in_full(sum(charge.energy * charge.price for charge in charges))
    foot = (words.say("sum"), *empty, total_energy, *("",) * len(details), "", total_money, "")
    lines: list[Block] = []
    if rest:
        lines.append(condensed(words, len(charges), by_price=True))
    lines.append(table(words, columns, rows, foot))
    return lines


def overrun_step(script: Script, position: Derivation, labels: Labels, ledger: Ledger) -> int:
    """Overrun at catalogue prices, and which of them."""
    words = script.words
    over = [part for part in position.cells if part.overrun]
    charges = [
        Charge(
            part.cell,
            part.overrun,
            part.overrun_price,
            (f"{labels.of(part.cell)} {words.name(part.catalogue_period)}",),
            ledger.of_cell("overrun", part.cell.user.id, part.cell.period),
        )
        for part in over
    ]
    leans = ["settlement.overrun_payer", "settlement.catalogue_contains", "settlement.catalogue_funds", "tariff.prices"]
    lines = labels.note(script)
    periods = _periods(over)
    if position.regime == "tou":
        pairs = [_overrun_pair(words, position.product, over[0].catalogue_period)]
        lines.append(words.say("In tou mode, {pairs}.", pairs=words.listed(pairs)))
    else:
        own = {part.cell.period: part.catalogue_period for part in over if part.cell.user.is_peak_valley}
        if own and all(period == charged for period, charged in own.items()):
            lines.append(words.say("Each period pays its own catalogue price."))
        elif own:
            pairs = [_overrun_pair(words, period, charged) for period, charged in own.items()]
            lines.append(words.say("As the rule set has it, {pairs}.", pairs=words.listed(pairs)))
    off = _off_tariff(over)
    if off and position.regime == "tou":
        lines.append(
            words.say(
                "Off the peak-valley tariff, but in tou mode settled as all others: {users}.", users=_users(words, off)
            )
        )
        leans.append("settlement.tou.off_peak_valley_tariff")
    elif off:
        lines.append(
            words.say(
                "Off the peak-valley tariff, so at the flat catalogue price in every period: {users}.",
                users=_users(words, off),
            )
        )
        leans.append("settlement.conventional.off_peak_valley_tariff")
    if position.regime != "transition":
        leans.extend(f"settlement.{position.regime}.overrun_catalogue.{period}" for period in periods)
    lines += charges_grid(words, charges, ("catalogue",), has_period=position.product == "total")
    return script.step(
        msg("Overrun at catalogue prices"),
        position.cited("overrun", periods),
        words.say("money = overrun × catalogue price; paid by {buyer} to the grid company", buyer=position.facts.buyer),
        lines,
        transfers=ledger.of("overrun"),
        values={"overrun_micro_yuan": position.overrun_money},
        leans=leans,
    )


def transmission_step(script: Script, position: Derivation, labels: Labels, ledger: Ledger) -> int:
    """T&D on in-band energy; in tou mode times the coefficient."""
    words, is_tou = script.words, position.regime == "tou"
    paying = [part for part in position.cells if part.in_band.value]
    lines = [] if position.overrun else labels.note(script)
    leans = ["tariff.prices"]
    if not position.overrun:
        lines.append(words.say("Nothing is overrun: the in-band energy of each user and period is what it metered."))
    if is_tou:
        coefficient = ratio(paying[0].coefficient)
        name = words.name(position.product)
        lines.append(words.say("coefficient of {period} hours = {coefficient}", period=name, coefficient=coefficient))
        for part in _one_of_each(paying, by_period=False):
            tariff = part.cell.tariff
            lines.append(
                words.say(
                    "{tariff}: {transmission} × {coefficient} = {result}",
                    tariff=labels.of(part.cell),
                    transmission=price(tariff.transmission),
                    coefficient=coefficient,
                    result=words.rounded_price(part.transmission),
                )
            )
        leans += ["settlement.tou.transmission", f"tariff.coefficient.{position.product}"]
        off = _off_tariff(paying)
        if off:
            lines.append(
                words.say(
                    "Off the peak-valley tariff, but in tou mode with the coefficient as all others: {users}.",
                    users=_users(words, off),
                )
            )
            leans.append("settlement.tou.off_peak_valley_tariff")
    else:
        leans.append(
            "transition.transmission" if position.regime == "transition" else "settlement.conventional.transmission"
        )
    charges = _charges(paying, "transmission", lambda part: part.transmission.rounded, labels, ledger)
    lines += charges_grid(words, charges, ("tariff",), has_period=position.product == "total")
    return script.step(
        msg("T&D"),
        position.cited("transmission", _periods(paying)),
        words.say(
            msg("money = in band × (T&D tariff × coefficient, half up to 0.001); paid by the user to the grid company")
            if is_tou
            else msg("money = in band × T&D tariff, as listed; paid by the user to the grid company")
        ),
        lines,
        transfers=ledger.of("transmission"),
        leans=leans,
    )


_ADJUSTMENT_RULE = {
    "average_energy_price_plus_transmission": msg(
        "price = (average in-band price + T&D) × (coefficient − 1), half up to 0.001; money = in "
        "band × price; paid by the user to the grid company, a negative amount is paid back"
    ),
    "average_energy_price": msg(
        "price = average in-band price × (coefficient − 1), half up to 0.001; money = in "
        "band × price; paid by the user to the grid company, a negative amount is paid back"
    ),
    "catalogue_difference": msg(
        "price = catalogue price of the period − flat catalogue price; money = in "
        "band × price; paid by the user to the grid company, a negative amount is paid back"
    ),
}
_ADJUSTMENT_OF = {
    "average_energy_price_plus_transmission": msg(
        "{tariff} {period}: ({average} + {transmission}) × ({coefficient} − 1) = {result}"
    ),
    "average_energy_price": msg("{tariff} {period}: {average} × ({coefficient} − 1) = {result}"),
    "catalogue_difference": msg("{tariff} {period}: {catalogue} − {flat} = {result}"),
}
"""By the base of the adjustment: how it is computed, and the sum for one tariff and period."""


def adjustment_step(script: Script, position: Derivation, labels: Labels, ledger: Ledger, average_step: int) -> int:
    """The peak-valley adjustment of users on the peak-valley tariff, outside tou mode."""
    words = script.words
    in_band = [part for part in position.cells if part.in_band.value]
    paying = [part for part in in_band if part.adjustment is not None]
    assert position.average_price is not None  # there is in-band energy
    average = price(position.average_price.rounded)
    rests_on = position.values.settlement.tou_adjustment_base
    lines: list[Block] = []
    if rests_on != "catalogue_difference":
        lines.append(words.say("average in-band price = {average} (step {step})", average=average, step=average_step))
    for part in _one_of_each(paying, by_period=True):
        assert part.adjustment is not None  # as `paying` has it
        lines.append(
            words.say(
                _ADJUSTMENT_OF[rests_on],
                tariff=labels.of(part.cell),
                period=words.name(part.cell.period),
                average=average,
                transmission=price(part.cell.tariff.transmission),
                catalogue=price(part.cell.tariff.catalogue[part.cell.period]),
                flat=price(part.cell.tariff.catalogue["flat"]),
                coefficient=ratio(part.coefficient),
                factor=decimal(part.coefficient - RATIO_ONE, RATIO_DECIMALS, least=0),
                result=words.rounded_price(part.adjustment),
            )
        )
    leans = ["settlement.tou_adjustment_base"]
    if rests_on == "catalogue_difference":
        leans.append("tariff.prices")
    else:
        leans += [f"tariff.coefficient.{period}" for period in _periods(paying)]
    if position.regime == "transition":
        leans.append("transition.peak_valley_policy")
    off = _off_tariff(in_band)
    if off:
        lines.append(
            words.say("Not on the peak-valley tariff, so without adjustment: {users}.", users=_users(words, off))
        )
        leans.append("settlement.conventional.off_peak_valley_tariff")
    charges = _charges(paying, "tou_adjustment", lambda p: p.adjustment.rounded if p.adjustment else 0, labels, ledger)
    lines += charges_grid(words, charges, ("tariff",), has_period=position.product == "total")
    return script.step(
        msg("Peak-valley adjustment"),
        position.cited("tou_adjustment", _periods(paying)),
        words.say(_ADJUSTMENT_RULE[rests_on]),
        lines,
        transfers=ledger.of("tou_adjustment"),
        leans=leans,
    )


def funds_step(script: Script, position: Derivation, labels: Labels, ledger: Ledger) -> int:
    """Government funds and surcharges on in-band energy."""
    words = script.words
    paying = [part for part in position.cells if part.in_band.value]
    charges = _charges(paying, "funds", lambda part: part.cell.tariff.funds, labels, ledger)
    return script.step(
        msg("Government funds and surcharges"),
        position.cited("funds", _periods(paying)),
        words.say("money = in band × funds; paid by the user to the government"),
        charges_grid(words, charges, ("tariff",), has_period=position.product == "total"),
        transfers=ledger.of("funds"),
        leans=("settlement.funds", "tariff.prices"),
    )


def _periods(parts: Sequence[CellPart]) -> list[str]:
    """The periods of some cells, in their order."""
    there_are = {part.cell.period for part in parts}
    return [period for period in PERIODS if period in there_are]


def _alike(charges: Iterable[Charge]) -> list[list[Charge]]:
    """Charges of one tariff and price together, in the order of their tariffs."""
    groups: dict[tuple[tuple[str, ...], int], list[Charge]] = {}
    for charge in charges:
        groups.setdefault((charge.details, charge.price), []).append(charge)
    return sorted(groups.values(), key=lambda group: (group[0].cell.tariff.row, PERIODS.index(group[0].cell.period)))


def _charges(
    parts: Iterable[CellPart], item: str, price_of: Callable[[CellPart], int], labels: Labels, ledger: Ledger
) -> list[Charge]:
    return [
        Charge(
            part.cell,
            part.in_band.value,
            price_of(part),
            (labels.of(part.cell),),
            ledger.of_cell(item, part.cell.user.id, part.cell.period),
        )
        for part in parts
    ]


def _one_of_each(parts: Iterable[CellPart], *, by_period: bool) -> list[CellPart]:
    """One part of each tariff, or of each tariff and period, in their order."""
    of_key: dict[tuple[int, int], CellPart] = {}
    for part in parts:
        of_key.setdefault((part.cell.tariff.row, PERIODS.index(part.cell.period) if by_period else 0), part)
    return [of_key[key] for key in sorted(of_key)]


def _overrun_pair(words: Wording, period: str, charged: str) -> str:
    return words.say(
        "{period} overrun pays the {charged} catalogue price", period=words.name(period), charged=words.name(charged)
    )


def _off_tariff(parts: Iterable[CellPart]) -> list[str]:
    """Users off the peak-valley tariff, each once."""
    return list(dict.fromkeys(part.cell.user.id for part in parts if not part.cell.user.is_peak_valley))


def _users(words: Wording, users: Sequence[str]) -> str:
    more = [words.say("{count} more", count=f"{len(users) - FIRST:,}")] if len(users) > FIRST else []
    return words.listed([*users[:FIRST], *more])
