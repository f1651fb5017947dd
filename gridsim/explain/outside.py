"""A user outside the market: one that has left it, or that is on priority purchase (N6; rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.arrow import dicts
from gridsim.columns import PERIODS
from gridsim.explain.arithmetic import Quotient
from gridsim.explain.check import Expected, expect, matched
from gridsim.explain.derive import GOVERNMENT, GRID
from gridsim.explain.facts import Cell, tariffs_of, transfers_of, users_named
from gridsim.explain.model import Explanation
from gridsim.explain.script import conventions, table
from gridsim.explain.steps_accounts import accounts_step, ground_step
from gridsim.explain.steps_charges import Charge, charges_grid, tariffs_step
from gridsim.integrity.places import TablePlace
from gridsim.show.numbers import energy, price, ratio
from gridsim.units import RATIO_ONE
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gridsim.explain.check import Ledger
    from gridsim.explain.facts import User
    from gridsim.explain.lookup import Subject
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.steps_charges import Labels
    from gridsim.explain.words import Wording
    from gridsim.rules import RuleSet
    from gridsim.show.document import Block

__all__ = ["outside_explanation"]


@dataclass(frozen=True, slots=True)
class _Part:
    """A cell, the period whose catalogue price it pays, and its price before it is rounded."""

    cell: Cell
    charged: str
    price: Quotient


@dataclass(frozen=True)
class _Outside:
    """A user's month outside the market, held against the ledger."""

    user: User
    month: str
    rules: RuleSet
    clauses: Mapping[str, str]
    multiple: int
    parts: tuple[_Part, ...]
    ledger: Ledger

    @property
    def metered(self) -> int:
        """[kWh]."""
        return sum(part.cell.metered for part in self.parts)


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
    why = (
        msg(
            "User {user} is on priority purchase. It belongs to no settlement unit; all its energy is settled at the "
            "government's catalogue price."
        )
        if outside.user.is_priority
        else msg(
            "User {user} left the market in {month}. It belongs to no settlement unit; all its energy is settled at "
            "the fallback price."
        )
    )
    left = words.month(outside.user.exit_month or subject.month)
    lead: list[Block] = [words.say(why, user=user, month=left)]
    unit = f"{outside.user.id}/{outside.user.mode}"
    if source.exact.arrow("positions", {"unit_id": unit, "month": subject.month}).num_rows:
        lead.append(
            words.say(
                "The contracts in force stand and are settled in its unit {unit}, which is explained under that name.",
                unit=unit,
            )
        )
    lead += conventions(words, source.rules)
    _steps(script, outside)
    accounts_step(script, outside.ledger.lines, msg("this user's month"))
    script.section(words.say("User {user}", user=outside.user.id))
    ground_step(script, source.rules, subject.month)
    script.section(words.say("What this rests on"))
    title = words.say(
        "Settlement of user {user} in {month}, outside the market",
        user=outside.user.id,
        month=words.month(subject.month),
    )
    return Explanation(subject.name, subject.month, title, tuple(lead), tuple(script.sections), words.lang)


def _outside(source: ResultFacts, user_id: str, month: str) -> _Outside:
    """Settle a user's month outside the market, and hold it against the tables."""
    where = {"user_id": user_id, "month": month, "unit_id": None}
    rows = dicts(source.exact.arrow("cell_settlement", where))
    user = users_named(source, [user_id])[user_id]
    tariff = tariffs_of(source, [user], month)[user_id]
    multiple = source.rules.at(month).fallback.multiple
    parts = []
    expected = []
    clauses = _clauses(source.rules, user)
    for row in rows:
        cell = Cell(user, row["period"], row["metered_kwh"], tariff)
        charged = cell.period if user.is_peak_valley else "flat"
        exact = Quotient(tariff.catalogue[charged], 1)
        if not user.is_priority:
            exact = Quotient((tariff.catalogue[charged] - tariff.funds) * multiple, RATIO_ONE)
        part = _Part(cell, charged, exact)
        parts.append(part)
        lines = list(_expected(part, clauses))
        expected.extend(lines)
        amounts = {line.item: line.energy_kwh * line.price_micro_yuan_per_kwh for line in lines}
        names = {"metered_kwh": cell.metered, "in_band_kwh": 0, "overrun_kwh": 0}
        names |= {f"{item}_micro_yuan": amounts.get(item, 0) for item in ("fallback", "catalogue", "funds")}
        expect(TablePlace("cell_settlement", f"{user_id} {month} {cell.period}"), row, names)
    ledger_lines = transfers_of(dicts(source.exact.arrow("ledger", where)))
    ledger = matched(TablePlace("ledger", f"{user_id} {month}"), expected, ledger_lines)
    return _Outside(user, month, source.rules, clauses, multiple, tuple(parts), ledger)


def _clauses(rules: RuleSet, user: User) -> dict[str, str]:
    """What the lines of a user outside the market cite, by item."""
    if user.is_priority:
        return {"catalogue": rules.cited("ledger.catalogue")}
    return {"fallback": rules.cited("ledger.fallback"), "funds": rules.cited("ledger.fallback_funds")}


def _expected(part: _Part, clauses: Mapping[str, str]) -> Iterator[Expected]:
    user, period, metered = part.cell.user, part.cell.period, part.cell.metered
    item = "catalogue" if user.is_priority else "fallback"
    yield Expected(item, user.id, GRID, user.id, None, period, metered, part.price.rounded, clauses[item])
    if not user.is_priority:
        funds, clause = part.cell.tariff.funds, clauses["funds"]
        yield Expected("funds", user.id, GOVERNMENT, user.id, None, period, metered, funds, clause)


def _steps(script: Script, outside: _Outside) -> None:
    """Metered energy, tariffs, the price, and the funds beside it."""
    words, user = script.words, outside.user
    item = "catalogue" if user.is_priority else "fallback"
    clause = outside.clauses[item]
    columns = ("period", "energy")
    rows = tuple((words.name(part.cell.period), energy(part.cell.metered)) for part in outside.parts)
    script.step(
        msg("Metered energy"),
        clause,
        words.say("A = sum of the user's metered energies"),
        [table(words, columns, rows, (words.say("A"), energy(outside.metered)))],
        values={"metered_kwh": outside.metered},
        leans=() if user.is_priority else ("fallback.contracts",),
    )
    labels = tariffs_step(script, [part.cell for part in outside.parts], outside.month, outside.rules)
    lines: list[Block] = []
    leans = ["tariff.prices"]
    if not user.is_peak_valley:
        lines.append(
            words.say("The user is off the peak-valley tariff: the flat catalogue price holds in every period.")
        )
        leans.append("settlement.conventional.off_peak_valley_tariff")
    if user.is_priority:
        leans += ["settlement.priority_purchase", "settlement.catalogue_funds"]
        formula = words.say("money = metered × catalogue price of the period; paid to the grid company")
    else:
        leans += [f"fallback.{name}" for name in ("multiple", "base", "period", "transmission")]
        lines += _fallback_prices(words, outside)
        formula = words.say(
            "price = (catalogue price − funds) × {multiple}, half up to 0.001; money = metered × price; "
            "paid to the grid company",
            multiple=ratio(outside.multiple),
        )
    charges = [
        Charge(
            part.cell,
            part.cell.metered,
            part.price.rounded,
            (f"{labels.of(part.cell)} {words.name(part.charged)}",),
            outside.ledger.of_cell(item, user.id, part.cell.period),
        )
        for part in outside.parts
    ]
    lines += charges_grid(words, charges, ("catalogue",), has_period=True)
    title = msg("Catalogue price") if user.is_priority else msg("Fallback price")
    script.step(title, clause, formula, lines, transfers=outside.ledger.of(item), leans=leans)
    if not user.is_priority:
        _funds(script, outside, labels)


def _fallback_prices(words: Wording, outside: _Outside) -> Iterator[str]:
    for period in PERIODS:
        for part in outside.parts:
            if part.cell.period == period:
                yield words.say(
                    "{period}: ({catalogue} − {funds}) × {multiple} = {result}",
                    period=words.name(period),
                    catalogue=price(part.cell.tariff.catalogue[part.charged]),
                    funds=price(part.cell.tariff.funds),
                    multiple=ratio(outside.multiple),
                    result=words.rounded_price(part.price),
                )


def _funds(script: Script, outside: _Outside, labels: Labels) -> None:
    words = script.words
    charges = [
        Charge(
            part.cell,
            part.cell.metered,
            part.cell.tariff.funds,
            (labels.of(part.cell),),
            outside.ledger.of_cell("funds", outside.user.id, part.cell.period),
        )
        for part in outside.parts
    ]
    script.step(
        msg("Government funds and surcharges"),
        outside.clauses["funds"],
        words.say("money = metered × funds; paid to the government, beside the fallback price"),
        charges_grid(words, charges, ("tariff",), has_period=True),
        transfers=outside.ledger.of("funds"),
        leans=("fallback.funds", "tariff.prices"),
    )
