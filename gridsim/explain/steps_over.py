"""Steps from overrun to what it costs, band by band, and to fees of deviation (rulebook parts 5 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.charges_grid import Charge, charges_grid
from gridsim.explain.price_lines import PriceForm, source_lines, users_listed, worked_lines
from gridsim.explain.script import OwnColumn, table
from gridsim.rules.expression import Expression
from gridsim.rules.shape import OVERRUN
from gridsim.show.numbers import energy, money_in_full, price, ratio
from gridsim.words import msg, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gridsim.explain.check import Ledger
    from gridsim.explain.derivation import BandPart, CellPart, Derivation
    from gridsim.explain.model import Transfer
    from gridsim.explain.script import Script
    from gridsim.explain.tariff_labels import Labels
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["fees_step", "overrun_step", "periods_of"]


def overrun_step(
    script: Script, position: Derivation, band: int, labels: Labels, ledger: Ledger, average_step: int
) -> int:
    """What the overrun of one band costs.

    Parameters
    ----------
    script : Script
    position : Derivation
    band : int
        Which of its over bands.
    labels : Labels
    ledger : Ledger
    average_step : int
        In which the average in-band price was found.
    """
    words, way = script.words, position.way
    over = [part for part in position.cells if part.over[band].value]
    form = PriceForm.at(OVERRUN, way.over[band].price, position.place)
    lines = labels.note(script)
    lines += _pairs(words, position, over, form)
    off = [part for part in over if not part.cell.user.is_peak_valley]
    leans = [
        "settlement.overrun_payer",
        *script.rests_on(OVERRUN, f"{OVERRUN}.{way.name}"),
        *form_leans(position, form, over),
    ]
    if position.facts.has_own_periods:
        leans += script.rests_on("own_periods")
    if off and form.by_period(words):
        lines += _off_tariff(words, position, form, off)
        leans += script.rests_on_first(f"off_tariff.{way.name}", "off_tariff")
    lines += source_lines(words, form.form, position.place, position, average_step)
    lines += worked_lines(words, form, (part.place for part in over), labels, (f"worked.{OVERRUN}.{way.name}",))
    is_list = form.form.word == "tariff" and words.is_by_period(form.form.arguments[0])
    charges = [
        Charge(
            part.cell,
            part.over[band].value,
            part.over_prices[band].rounded,
            (_label(words, part, form, labels),) if form.by_tariff else (),
            _line(part, band, ledger),
        )
        for part in over
    ]
    columns: list[str | OwnColumn] = ["tariff"] if form.by_tariff else []
    if is_list:
        columns = [OwnColumn(words.called("tariff", form.form.arguments[0]), is_text=True)]
    has_period = len(position.periods) > 1
    lines += charges_grid(script, charges, columns, position.rules.shape.periods, has_period=has_period)
    is_one = len(way.over) == 1
    return script.step(
        _title(words, position.over[band], is_one=is_one),
        position.cited(OVERRUN, periods_of(over, position)),
        _formula(words, position, form, band),
        lines,
        transfers=[charge.line for charge in charges if charge.line is not None],
        values={"overrun_micro_yuan": position.overrun_money} if is_one else {},
        leans=leans,
        is_said=True,
    )


def periods_of(parts: Sequence[CellPart], position: Derivation) -> list[str]:
    """The periods of some cells, in their order."""
    there_are = {part.cell.period for part in parts}
    return [period for period in position.rules.shape.periods if period in there_are]


def form_leans(position: Derivation, form: PriceForm, parts: Sequence[CellPart]) -> Iterator[str]:
    """The values that a price rests on, of the periods of some cells."""
    shape, periods = position.rules.shape, periods_of(parts, position)
    for each in form.form.walk():
        if each.word == "value":
            yield each.arguments[0]
        elif each.word == "tariff":
            if not form.form.rests_on_position:
                yield "tariff.prices"
            to = dict(each.arguments[1] or ())
            yield from (to[p].arguments[0] for p in periods if isinstance(to.get(p), Expression))
        elif each.word == "coefficient":
            for period in periods:
                yield from shape.coefficients[shape.periods.index(period)].paths() if shape.coefficients else ()


def _title(words: Wording, band: BandPart, *, is_one: bool) -> str:
    title = words.title(OVERRUN)
    if is_one:
        return title
    return words.say("{title}, above C × {ratio}", title=title, ratio="" if band.ratio is None else ratio(band.ratio))


def _formula(words: Wording, position: Derivation, form: PriceForm, band: int) -> str:
    text, named = form.formula(words, position.place)
    blanks = {
        "price": text,
        "named": named,
        "buyer": position.facts.buyer,
        "payee": words.account(position.way.over[band].payee),
    }
    own = words.own(f"formula.{OVERRUN}.{position.way.name}", f"formula.{OVERRUN}", **blanks)
    return own or words.say(
        msg("money = overrun × {price}; paid by {buyer} to {payee}")
        if named is None
        else msg("{named} = {price}; money = overrun × {named}; paid by {buyer} to {payee}"),
        **blanks,
    )


def _label(words: Wording, part: CellPart, form: PriceForm, labels: Labels) -> str:
    """The tariff that a cell pays, with the period whose price it is."""
    label = labels.of(part.cell)
    if form.form.word != "tariff" or not words.is_by_period(form.form.arguments[0]):
        return label
    return f"{label} {words.called('period', part.place.period_of(form.form.arguments[1]))}"


def _line(part: CellPart, band: int, ledger: Ledger) -> Transfer:
    """The line of a band: those without energy have none."""
    before = sum(share.value > 0 for share in part.over[:band])
    return ledger.of_cell(OVERRUN, part.cell)[before]


def _pairs(words: Wording, position: Derivation, over: Sequence[CellPart], form: PriceForm) -> Iterator[str]:
    """Which period's tariff each period pays."""
    if form.form.word != "tariff" or not words.is_by_period(form.form.arguments[0]):
        return
    item, mapping = form.form.arguments
    tariff = words.called("tariff", item)
    if mapping is not None and len(position.periods) == 1:
        charged = over[0].place.period_of(mapping)
        pairs = [_pair(words, over[0].cell.period, charged, tariff)]
        mode = words.called("mode", position.facts.mode)
        yield words.say("In {mode} mode, {pairs}.", mode=mode, pairs=words.listed(pairs))
        return
    own = {part.cell.period: part.place.period_of(mapping) for part in over if part.place.instead is None}
    own = {period: own[period] for period in own}
    if own and all(period == charged for period, charged in own.items()):
        yield words.say("Each period pays its own {tariff}.", tariff=tariff)
    elif own:
        pairs = [_pair(words, period, charged, tariff) for period, charged in own.items()]
        yield words.say("As the rule set has it, {pairs}.", pairs=words.listed(pairs))


def _pair(words: Wording, period: str, charged: str, tariff: str) -> str:
    return words.say(
        "{period} overrun pays the {charged} {tariff}",
        period=words.called("period", period),
        charged=words.called("period", charged),
        tariff=tariff,
    )


def _off_tariff(words: Wording, position: Derivation, form: PriceForm, off: Iterable[CellPart]) -> Iterator[str]:
    """What is said of users off the peak-valley tariff, where the market has a period that stands for all."""
    parts = list(off)
    users = users_listed(words, (part.cell.user.id for part in parts))
    if position.rules.shape.off_tariff is None:
        return
    instead = parts[0].place.instead
    if instead is None:
        mode = words.called("mode", position.facts.mode)
        yield words.say(
            "Off the peak-valley tariff, but in {mode} mode settled as all others: {users}.", mode=mode, users=users
        )
        return
    tariffs = [each.arguments[0] for each in form.form.walk() if each.word == "tariff"]
    by_period = [item for item in tariffs if words.is_by_period(item)]
    if by_period:
        yield words.say(
            "Off the peak-valley tariff, so at the {period} {tariff} in every period: {users}.",
            period=words.called("period", instead),
            tariff=words.called("tariff", by_period[0]),
            users=users,
        )


def fees_step(script: Script, position: Derivation, fees: Sequence[Transfer], average_step: int) -> int:
    """The fees of deviation of a position, band by band.

    Parameters
    ----------
    script : Script
    position : Derivation
    fees : sequence of Transfer
        Its lines.
    average_step : int
    """
    words, shape = script.words, position.rules.shape.fees
    assert shape is not None, "or there would be no fee"
    rows, lines, leans = [], [], [*script.rests_on(shape.item)]
    left = list(fees)
    for band in (*position.over, *position.under):
        if band.fee is None or not band.energy:
            continue
        assert band.band.fee is not None, "its fee was computed"
        form = PriceForm.at(shape.item, band.band.fee, position.place)
        leans += [*form_leans(position, form, ())]
        for line in source_lines(words, form.form, position.place, position, average_step):
            if line not in lines:
                lines.append(line)
        if band.fee.exempt:
            lines.append(
                words.say(
                    "exempt: {exempt} that stayed unfilled of orders to buy; the fee is on {energy}",
                    exempt=energy(band.fee.exempt),
                    energy=energy(band.fee.energy),
                )
            )
        if not band.fee.energy:
            continue
        line_of = left.pop(0)
        side = msg("above C × {ratio}") if band in position.over else msg("below C × {ratio}")
        if band.ratio is None:
            side = msg("without contracts")
        rows.append(
            (
                words.say(side, ratio=ratio(band.ratio or 0)),
                energy(band.energy),
                energy(band.fee.energy),
                price(band.fee.price.rounded),
                money_in_full(line_of.amount_micro_yuan),
                f"{line_of.line:,}",
            )
        )
        lines += [line for line in _fee_lines(words, form, position) if line not in lines]
    blocks: list[Block] = list(lines)
    if rows:
        columns = (
            OwnColumn(words.say("band"), is_text=True),
            OwnColumn(words.say(within("band", "deviation"))),
            "energy",
            "price",
            "money",
            "line",
        )
        total = money_in_full(sum(line.amount_micro_yuan for line in fees))
        blocks.append(table(words, columns, rows, (words.say("sum"), "", "", "", total, "")))
    return script.step(
        words.title(shape.item),
        position.cited(shape.item),
        words.say(
            "fee = energy that deviates, but what is exempt × price; paid by {buyer} to {payee}",
            buyer=position.facts.buyer,
            payee=words.account(shape.payee),
        ),
        blocks,
        transfers=fees,
        leans=leans,
        is_said=True,
    )


def _fee_lines(words: Wording, form: PriceForm, position: Derivation) -> Iterator[str]:
    from gridsim.explain.spelled import worked_out

    if not form.is_bare:
        worked = worked_out(form.form, position.place, words)
        yield from worked.before
        yield words.say(
            "{name} = {worked} = {result}",
            name=words.say("fee per MWh"),
            worked=worked.text,
            result=words.rounded_price(worked.exact),
        )
