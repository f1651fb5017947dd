"""Steps from the energy of users and periods to what they are charged, item by item (rulebook parts 5 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.charges_grid import Charge, charges_grid
from gridsim.explain.cited import governing
from gridsim.explain.price_lines import PriceForm, source_lines, users_listed, worked_lines
from gridsim.explain.steps_over import form_leans, periods_of
from gridsim.show.numbers import ratio
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gridsim.explain.check import Ledger
    from gridsim.explain.derivation import CellPart, Derivation
    from gridsim.explain.script import Script
    from gridsim.explain.tariff_labels import Labels
    from gridsim.explain.words import Wording
    from gridsim.rules.shape_lists import ChargeShape
    from gridsim.show.document import Block

__all__ = ["charge_step"]


def charge_step(
    script: Script,
    position: Derivation,
    number: int,
    labels: Labels,
    ledger: Ledger,
    average_step: int,
    *,
    is_first: bool,
) -> int:
    """What the cells of a position pay of one charge.

    Parameters
    ----------
    script : Script
    position : Derivation
    number : int
        Which of the charges of its way of settling.
    labels : Labels
    ledger : Ledger
    average_step : int
        In which the average in-band price was found.
    is_first : bool
        Whether no step about prices of the position went before.
    """
    words, charge, way = script.words, position.way.charges[number], position.way
    item = charge.item
    charged = [part for part in position.cells if part.charged(charge)]
    paying = [part for part in charged if part.charge_prices[number] is not None]
    form = PriceForm.at(item, charge.price, position.place)
    mode = _mode_of(position)
    lines: list[Block] = labels.note(script) if is_first else []
    if is_first and charge.base == "in_band":
        lines.append(words.say("Nothing is overrun: the in-band energy of each user and period is what it metered."))
    if paying:
        coefficient = ratio(paying[0].by_tariff.coefficient()) if position.rules.shape.coefficients else ""
        period = words.called("period", paying[0].cell.tariff_period)
        before = words.own(f"before.{item}.{mode}", period=period, coefficient=coefficient)
        if before is not None and len({part.cell.tariff_period for part in paying}) == len(position.periods) == 1:
            lines.append(before)
        lines += source_lines(words, form.form, position.place, position, average_step)
        with_own = [part.cell.user.id for part in paying if part.own_price is not None]
        if with_own and any(each.word == "in_band_mean" for each in form.form.walk()):
            lines.append(
                words.say(
                    "Of users with a retail contract, the price of their contract stands for the average: {users}.",
                    users=users_listed(words, with_own),
                )
            )
        own = (f"worked.{item}.{mode}", f"worked.{item}")
        lines += worked_lines(words, form, (part.by_tariff for part in paying), labels, own)
    leans = [*_leans(script, position, form, charge, paying)]
    off = [part for part in charged if not part.cell.user.is_peak_valley]
    said = list(_off_tariff(words, position, form, charge, off))
    if said:
        lines += said
        leans += script.rests_on_first(f"off_tariff.{way.name}", "off_tariff")
    taken = _lines_before(position, number)
    charges = [
        Charge(
            part.cell,
            part.charged(charge),
            price.rounded,
            (labels.of(part.cell),) if form.by_tariff else (),
            ledger.of_cell(item, part.cell)[taken],
        )
        for part in paying
        if (price := part.charge_prices[number]) is not None
    ]
    columns = ("tariff",) if form.by_tariff else ()
    has_period = position.has_periods
    lines += charges_grid(script, charges, columns, position.rules.shape.periods, has_period=has_period)
    return script.step(
        words.title(item),
        position.cited(item, periods_of(paying, position)),
        _formula(words, position, form, charge, mode),
        lines,
        transfers=[each.line for each in charges if each.line is not None],
        leans=leans,
        is_said=True,
    )


def _mode_of(position: Derivation) -> str:
    """The mode whose charges the position pays."""
    shape, way = position.rules.shape, position.way
    own = position.facts.mode
    return next((mode.id for mode in shape.modes if mode.id != own and mode.charges is way.charges), own)


def _lines_before(position: Derivation, number: int) -> int:
    """How many charges of the same item go before it: a cell has a line of each."""
    charges = position.way.charges
    return sum(each.item == charges[number].item for each in charges[:number])


def _leans(
    script: Script, position: Derivation, form: PriceForm, charge: ChargeShape, paying: Sequence[CellPart]
) -> Iterator[str]:
    """What the step rests on: what governs its line, what its price takes, and what the rule set says beside."""
    item, way, shape = charge.item, position.way.name, position.rules.shape
    coefficients = {path for each in shape.coefficients for path in each.paths()}
    governed = governing(position.rules, item, way, periods_of(paying, position))
    yield from (path for path in governed if form.has_coefficient or path not in coefficients)
    yield from (each.arguments[0] for each in charge.price.walk() if each.word == "choose")
    yield from form_leans(position, form, paying)
    yield from script.rests_on(item, f"{item}.{way}")


def _formula(words: Wording, position: Derivation, form: PriceForm, charge: ChargeShape, mode: str) -> str:
    text, named = form.formula(words, position.place)
    blanks = {"price": text, "named": named, "payee": words.account(charge.payee)}
    own = words.own(f"formula.{charge.item}.{mode}", f"formula.{charge.item}", **blanks)
    if own is not None:
        return own
    said = words.say(_FORMULAS[charge.base, named is not None], **blanks)
    if any(each.word == "less" and not each.is_ratio for each in form.form.walk()) or (
        form.has_coefficient and any(each.word == "less" for each in form.form.walk())
    ):
        return words.say("{formula}, a negative amount is paid back", formula=said)
    return said


_FORMULAS = {
    ("in_band", False): msg("money = in band × {price}; paid by the user to {payee}"),
    ("in_band", True): msg("{named} = {price}; money = in band × {named}; paid by the user to {payee}"),
    ("metered", False): msg("money = metered × {price}; paid by the user to {payee}"),
    ("metered", True): msg("{named} = {price}; money = metered × {named}; paid by the user to {payee}"),
}
"""By the energy that it is on, and whether its price is computed."""


def _off_tariff(
    words: Wording, position: Derivation, form: PriceForm, charge: ChargeShape, off: Sequence[CellPart]
) -> Iterator[str]:
    """What is said of users off the peak-valley tariff."""
    if not off:
        return
    users = users_listed(words, (part.cell.user.id for part in off))
    if charge.only_on_tariff:
        yield words.own(f"off_tariff.{charge.item}", users=users) or words.say(
            "Not on the peak-valley tariff, so without {item}: {users}.",
            item=words.called("item", charge.item),
            users=users,
        )
        return
    shape, instead = position.rules.shape, off[0].place.instead
    if shape.off_tariff is None or not form.by_period(words):
        return
    if instead is not None:
        yield words.say(
            "Off the peak-valley tariff, so at the prices of {period} in every period and without a coefficient: "
            "{users}.",
            period=words.called("period", instead),
            users=users,
        )
    elif form.has_coefficient:
        mode = words.called("mode", position.facts.mode)
        yield words.own("off_tariff.coefficient", users=users) or words.say(
            "Off the peak-valley tariff, but in {mode} mode with the coefficient as all others: {users}.",
            mode=mode,
            users=users,
        )
