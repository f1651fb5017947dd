"""A user outside the market: one that has left it, or that is on priority purchase (N6; rulebook parts 5 and 9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gridsim.arrow import dicts
from gridsim.explain.agree import expect
from gridsim.explain.bill import bill_steps
from gridsim.explain.billed import bill_of, has_bills
from gridsim.explain.cells import Cell
from gridsim.explain.charges_grid import Charge, charges_grid
from gridsim.explain.check import Expected, matched
from gridsim.explain.cited import apart, outside_names
from gridsim.explain.derivation import needed
from gridsim.explain.facts import cells_of, tariff_parts, tariff_period_of, transfers_of, users_named
from gridsim.explain.month_prices import MonthPrices
from gridsim.explain.part_weights import load_of_parts
from gridsim.explain.places import Place
from gridsim.explain.price_lines import PriceForm, source_lines, worked_lines
from gridsim.explain.script import OwnColumn, conventions, table
from gridsim.explain.steps_accounts import accounts_step, ground_step
from gridsim.explain.steps_metered import changed_users
from gridsim.explain.steps_parts import PARTED, parts_step
from gridsim.explain.tariff_labels import tariffs_step
from gridsim.integrity.places import TablePlace
from gridsim.rules.shape import TAIL_ITEMS, unit_id
from gridsim.show.numbers import energy
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gridsim.explain.arithmetic import Quotient
    from gridsim.explain.cells import User
    from gridsim.explain.check import Ledger
    from gridsim.explain.model import Explanation, Transfer
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.subject import Subject
    from gridsim.explain.tariff_labels import Labels
    from gridsim.explain.words import Wording
    from gridsim.rules import RuleSet
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape_lists import ChargeShape
    from gridsim.show.document import Block

__all__ = ["outside_explanation"]

_LEFT, _PRIORITY = "left_market", "priority_purchase"


@dataclass(frozen=True, slots=True)
class _Part:
    """A cell, where its prices are asked for, and by charge its price before it is rounded; None: it does not pay."""

    place: Place
    cell: Cell
    prices: tuple[Quotient | None, ...]


@dataclass(frozen=True)
class _Outside:
    """A user's month outside the market, held against the ledger.

    `why` is the list of the rule set that it pays by, `charges` what stands there.
    """

    user: User
    month: str
    rules: RuleSet
    why: str
    charges: tuple[ChargeShape, ...]
    parts: tuple[_Part, ...]
    ledger: Ledger

    @property
    def metered(self) -> int:
        """[kWh]."""
        return sum(part.cell.metered for part in self.parts)

    def cited(self, charge: ChargeShape) -> tuple[str, tuple[str, ...]]:
        """The clause of its line, and the values that govern it."""
        return apart(self.rules, outside_names(self.rules, self.why, charge))


def outside_explanation(script: Script, source: ResultFacts, subject: Subject) -> Explanation:
    """Explain a user's month outside the market.

    Parameters
    ----------
    script : Script
    source : ResultFacts
    subject : Subject

    Raises
    ------
    ResultError
        The results contradict the derivation.
    """
    words = script.words
    outside = _outside(source, subject.name, subject.month)
    user = words.named(outside.user.id, outside.user.name)
    left = words.month(outside.user.exit_month or subject.month)
    lead: list[Block] = [
        words.own(f"outside.{outside.why}", user=user, month=left)
        or words.say(
            msg("User {user} is on priority purchase. It belongs to no settlement unit.")
            if outside.why == _PRIORITY
            else msg("User {user} left the market in {month}. It belongs to no settlement unit."),
            user=user,
            month=left,
        )
    ]
    unit = unit_id(outside.user.id, outside.user.mode)
    if source.exact.arrow("positions", {"unit_id": unit, "month": subject.month}).num_rows:
        lead.append(
            words.say(
                "The contracts in force stand and are settled in its unit {unit}, which is explained under that name.",
                unit=unit,
            )
        )
    lead += changed_users(words, [outside.user])
    lead += parts_step(words, [part.cell for part in outside.parts], subject.month)
    lead += conventions(words, source.rules)
    _steps(script, outside)
    items: tuple[str, ...] = tuple(dict.fromkeys(charge.item for charge in outside.charges))
    lines = outside.ledger.lines
    if has_bills(source):
        bill = bill_of(source, subject.name, subject.month)
        bill_steps(script, source, bill)
        items, lines = (*items, *TAIL_ITEMS), (*lines, *bill.of(*TAIL_ITEMS))
    accounts_step(script, lines, items, msg("this user's month"))
    script.section(words.say("User {user}", user=outside.user.id))
    ground_step(script, source.rules, subject.month, source.inputs)
    title = words.say(
        "Settlement of user {user} in {month}, outside the market",
        user=outside.user.id,
        month=words.month(subject.month),
    )
    return script.explanation(subject.name, subject.month, title, lead)


def _outside(source: ResultFacts, user_id: str, month: str) -> _Outside:
    """Settle a user's month outside the market, and hold it against the tables."""
    where = {"user_id": user_id, "month": month, "unit_id": None}
    rows = dicts(source.exact.arrow("cell_settlement", where))
    user, rules = users_named(source, [user_id], month)[user_id], source.rules
    tariffs, shape = tariff_parts(source, [user], month)[user_id], rules.shape
    load = load_of_parts(source, [user_id], month)
    why = _PRIORITY if user.is_priority else _LEFT
    charges = dict(shape.outside).get(why, ())
    instead = None if user.is_peak_valley else shape.stands_for_all(why)
    place = Place(shape, rules.at(month), month, MonthPrices(source, month))
    parts = []
    money: dict[tuple[str, str, str], dict[str, int]] = {}
    for cell in (
        cell
        for row in rows
        for cell in cells_of(user, row["period"], row["metered_kwh"], tariffs, tariff_period_of(row), load)
    ):
        stands = None if instead is None else shape.periods[instead]
        here = Place(shape, place.values, month, place.prices, None, cell.by_tariff, stands)
        prices = tuple(
            None
            if charge.only_on_tariff and not user.is_peak_valley
            else needed(charge.price, here, charge.item, cell.metered)
            for charge in charges
        )
        parts.append(_Part(here, cell, prices))
        sums = money.setdefault(cell.key, dict.fromkeys(("metered_kwh", *shape.charge_items), 0))
        sums["metered_kwh"] += cell.metered
        for charge, price in zip(charges, prices, strict=True):
            sums[charge.item] += 0 if price is None else cell.metered * price.rounded
    for row in rows:
        cell = Cell(user, row["period"], 0, tariffs[0], tariff_period_of(row))
        sums = money[cell.key]
        names = {"metered_kwh": sums["metered_kwh"], "in_band_kwh": 0, "overrun_kwh": 0}
        names |= {f"{item}_micro_yuan": sums[item] for item in shape.charge_items}
        expect(TablePlace("cell_settlement", f"{user_id} {month} {cell.in_row}"), row, names)
    found = _Outside(user, month, rules, why, charges, tuple(parts), matched(TablePlace("ledger", user_id), (), ()))
    lines = [line for line in transfers_of(dicts(source.exact.arrow("ledger", where))) if line.item not in TAIL_ITEMS]
    return replace(found, ledger=matched(TablePlace("ledger", f"{user_id} {month}"), _expected(found), lines))


def _expected(outside: _Outside) -> Iterator[Expected]:
    user = outside.user.id
    for part in outside.parts:
        for charge, price in zip(outside.charges, part.prices, strict=True):
            if price is not None:
                clause, _ = outside.cited(charge)
                terms = part.cell.metered, price.rounded, clause, part.cell.tariff_period, part.cell.part
                yield Expected(charge.item, user, charge.payee, user, None, part.cell.period, *terms)


def _steps(script: Script, outside: _Outside) -> None:
    """Metered energy, tariffs, and each charge."""
    words = script.words
    clause = outside.cited(outside.charges[0])[0] if outside.charges else ""
    is_parted = any(part.cell.tariff.begins for part in outside.parts)
    rows = tuple(
        (words.both_periods(part.cell.period, part.cell.tariff_period), energy(part.cell.metered))
        for part in outside.parts
    )
    script.step(
        msg("Metered energy"),
        clause,
        words.say("A = sum of the user's metered energies"),
        [table(words, ("period", "energy"), rows, (words.say("A"), energy(outside.metered)))],
        values={"metered_kwh": outside.metered},
        leans=(*script.rests_on(outside.why), *(PARTED if is_parted else ())),
    )
    labels = tariffs_step(script, [part.cell for part in outside.parts], outside.month, outside.rules)
    for number, charge in enumerate(outside.charges):
        paying = [part for part in outside.parts if part.prices[number] is not None]
        if paying:
            _charge(script, outside, number, charge, paying, labels)


def _charge(
    script: Script, outside: _Outside, number: int, charge: ChargeShape, paying: Sequence[_Part], labels: Labels
) -> None:
    words, place, item = script.words, paying[0].place, charge.item
    form = PriceForm.at(item, charge.price, place)
    clause, governed = outside.cited(charge)
    leans: list[str] = []
    blocks: list[Block] = []
    if not outside.user.is_peak_valley and form.by_period(words):
        said = list(_off_tariff(words, form, place))
        blocks += said
        leans += script.rests_on_first("off_tariff") if said else ()
    leans += [*governed, *charge.price.paths(), *script.rests_on(item, f"{item}.{outside.why}")]
    if form.by_tariff:
        leans.append("tariff.prices")
    blocks += source_lines(words, form.form, place, None, 0)
    in_order = sorted(paying, key=lambda part: place.shape.periods.index(part.cell.tariff_period))
    blocks += worked_lines(words, form, (part.place for part in in_order), None, (f"worked.{item}.{outside.why}",))
    by_period = [each for each in form.form.walk() if each.word == "tariff" and words.is_by_period(each.arguments[0])]
    charges = [
        Charge(
            part.cell,
            part.cell.metered,
            price.rounded,
            (_label(words, part, by_period, labels),) if form.by_tariff else (),
            _line(outside, part, number),
        )
        for part in paying
        if (price := part.prices[number]) is not None
    ]
    columns: list[str | OwnColumn] = ["tariff"] if form.by_tariff else []
    if by_period:
        columns = [OwnColumn(words.called("tariff", by_period[0].arguments[0]), is_text=True)]
    blocks += charges_grid(script, charges, columns, place.shape.periods, has_period=True)
    script.step(
        words.title(item),
        clause,
        _formula(words, outside, form, charge, place),
        blocks,
        transfers=[each.line for each in charges if each.line is not None],
        leans=leans,
        is_said=True,
    )


def _off_tariff(words: Wording, form: PriceForm, place: Place) -> Iterator[str]:
    if place.instead is None:
        return
    items = [each.arguments[0] for each in form.form.walk() if each.word == "tariff"]
    for item in items:
        if words.is_by_period(item):
            yield words.say(
                "The user is off the peak-valley tariff: the {period} {tariff} holds in every period.",
                period=words.called("period", place.instead),
                tariff=words.called("tariff", item),
            )
            return


def _label(words: Wording, part: _Part, by_period: Sequence[Expression], labels: Labels) -> str:
    """The tariff that a cell pays, with the period whose price it is."""
    label = labels.of(part.cell)
    if not by_period:
        return label
    return f"{label} {words.called('period', part.place.period_of(by_period[0].arguments[1]))}"


def _line(outside: _Outside, part: _Part, number: int) -> Transfer | None:
    """Its line: of charges of one item a cell has a line each."""
    item = outside.charges[number].item
    before = sum(
        each.item == item and part.prices[place] is not None for place, each in enumerate(outside.charges[:number])
    )
    lines = outside.ledger.of_cell(item, part.cell)
    return lines[before] if part.cell.metered else None


def _formula(words: Wording, outside: _Outside, form: PriceForm, charge: ChargeShape, place: Place) -> str:
    text, named = form.formula(words, place, of_period=True)
    blanks = {"price": text, "named": named, "payee": words.account(charge.payee)}
    return words.own(f"formula.{charge.item}.{outside.why}", **blanks) or words.say(
        msg("money = metered × {price}; paid to {payee}")
        if named is None
        else msg("{named} = {price}; money = metered × {named}; paid to {payee}"),
        **blanks,
    )
