"""A settlement unit's month: which sections and steps its explanation has, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.arrow import rows_where
from gridsim.columns import PRODUCTS
from gridsim.explain.check import check
from gridsim.explain.derive import derive
from gridsim.explain.facts import gather
from gridsim.explain.model import Explanation
from gridsim.explain.origins import origins_of
from gridsim.explain.script import conventions, table
from gridsim.explain.steps_accounts import accounts_step, ground_step
from gridsim.explain.steps_charges import (
    adjustment_step,
    funds_step,
    overrun_step,
    tariffs_step,
    transmission_step,
)
from gridsim.explain.steps_contracts import cleared_price_step, contracts_step, shown_legs
from gridsim.explain.steps_energy import band_step, cells_step, legs_step, metered_step, shortfall_step
from gridsim.explain.steps_transfers import transfer_step
from gridsim.show.numbers import energy, money_in_full
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.explain.check import Ledger
    from gridsim.explain.derive import Derivation
    from gridsim.explain.lookup import Subject
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.steps_charges import Labels
    from gridsim.show.document import Block, Grid

__all__ = ["unit_explanation"]

_WHO = {
    (True, "conventional"): msg("Settlement unit: the users of retailer {buyer} in conventional mode."),
    (True, "tou"): msg("Settlement unit: the users of retailer {buyer} that trade by periods (tou mode)."),
    (False, "conventional"): msg("Settlement unit: user {buyer}, who buys directly, in conventional mode."),
    (False, "tou"): msg("Settlement unit: user {buyer}, who buys directly and trades by periods (tou mode)."),
}
"""By whether the buyer is a retailer, and mode."""


def unit_explanation(script: Script, source: ResultFacts, subject: Subject) -> Explanation:
    """Explain a settlement unit's month.

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
    return _Unit(script, source, subject).explanation()


class _Unit:
    """Writes down the steps of a unit's positions; tariffs and contracts are shown once and then referred to."""

    def __init__(self, script: Script, source: ResultFacts, subject: Subject) -> None:
        self.script, self.words = script, script.words
        self.source, self.rules = source, source.rules
        self.facts = gather(source, subject.name, subject.month)
        self.products = subject.products
        self.labels: Labels | None = None
        self.origin_steps: dict[str, tuple[int, int]] = {}

    def explanation(self) -> Explanation:
        """All of it."""
        words, facts, month = self.words, self.facts, self.facts.month
        in_transition = month in self.rules.values.transition.months
        runs = [self._derived(trial=trial) for trial in ((False, True) if in_transition else (False,))]
        for run in runs:
            self._sections(run)
        self.script.is_trial = False
        if facts.mode == "tou":
            self.script.rest_on("scope.own_periods")
        ground_step(self.script, self.rules, month)
        self.script.section(words.say("What this rests on"))
        others = [p for p in PRODUCTS if (p, False) in facts.positions and p not in self.products]
        blanks = {"unit": facts.unit, "month": words.month(month)}
        title = words.say("Settlement of unit {unit} in {month}", **blanks)
        lead = self._lead()
        if others:
            product = words.name(self.products[0])
            title = words.say("Settlement of unit {unit} in {month}, {product}", product=product, **blanks)
            lead.append(
                words.say(
                    "Only the product {product} is explained here; the unit's month also has: {others}.",
                    product=product,
                    others=words.listed(map(words.name, others)),
                )
            )
        lead.append(self._outcome(runs[0]))
        return Explanation(facts.unit, month, title, tuple(lead), tuple(self.script.sections), words.lang)

    def _derived(self, *, trial: bool) -> list[tuple[Derivation, Ledger]]:
        derived = [derive(self.facts, self.rules, product, trial=trial) for product in self.products]
        return [(position, check(position)) for position in derived]

    def _sections(self, run: Sequence[tuple[Derivation, Ledger]]) -> None:
        """A section for each position, and one for what they come to."""
        words, script = self.words, self.script
        script.is_trial = trial = run[0][0].trial
        for position, ledger in run:
            product = position.product
            lead: list[Block] = []
            if trial:
                contracts, metered = self.origin_steps[product]
                clause = words.clause_list(self.rules.clauses_of("transition.trial"))
                lead = [
                    words.say(
                        "The new rules beside the older method, to be shown to the parties ({clause}). Nothing of it "
                        "is paid. Contracts and metered energy are those of steps {contracts} and {metered}.",
                        clause=clause,
                        contracts=contracts,
                        metered=metered,
                    )
                ]
            else:
                self.origin_steps[product] = self._origins(position)
            self._settlement(position, ledger, is_alone=len(run) == 1)
            title = words.say(
                msg("TRIAL SETTLEMENT, position {product}") if trial else msg("Position {product}"),
                product=words.name(product),
            )
            script.section(title, lead)
        if len(run) > 1:
            what = msg("this unit's month in the trial settlement") if trial else msg("this unit's month")
            accounts_step(script, [line for _, ledger in run for line in ledger.lines], what)
            script.section(
                words.say(msg("TRIAL SETTLEMENT, all positions together") if trial else msg("All positions together"))
            )

    def _origins(self, position: Derivation) -> tuple[int, int]:
        """Contracts and metered energy; the numbers of the two steps."""
        legs = [part.leg for part in position.legs]
        shown = [legs[i] for i in shown_legs(legs).shown]
        origins = origins_of(self.source, shown, self.facts.month, self.facts.moves)
        sellers = {leg.seller for leg in shown}
        rows = rows_where(self.source.input("generators"), {"generator_id": sellers}) if sellers else []
        names = {row["generator_id"]: row.get("name") for row in rows}
        contracts = contracts_step(self.script, position, origins, names, self.rules)
        return contracts, metered_step(self.script, position)

    def _settlement(self, position: Derivation, ledger: Ledger, *, is_alone: bool) -> None:
        """Everything from the band to the accounts of a position; steps with nothing to say are left out."""
        script = self.script
        band_step(script, position)
        average_step = 0
        if position.in_band:
            if position.regime == "transition" and position.product != "total":
                cleared_price_step(script, position, has_flat="flat" in self.products)
            average_step = legs_step(script, position, ledger)
        if position.shortfall:
            shortfall_step(script, position, ledger)
        if position.in_band and position.overrun:
            cells_step(script, position)
        if position.metered:
            labels = self._tariffs()
            if position.overrun:
                overrun_step(script, position, labels, ledger)
            if position.in_band:
                transmission_step(script, position, labels, ledger)
                if any(part.adjustment is not None and part.in_band.value for part in position.cells):
                    adjustment_step(script, position, labels, ledger, average_step)
                funds_step(script, position, labels, ledger)
        if ledger.of("transfer"):
            transfer_step(script, position, ledger)
        what = msg("this position's trial settlement") if position.trial else msg("this position")
        accounts_step(script, ledger.lines, what, by_payee=is_alone)

    def _tariffs(self) -> Labels:
        if self.labels is None:
            cells = [cell for product in self.products for cell in self.facts.cells.get(product, ()) if cell.metered]
            self.labels = tariffs_step(self.script, cells, self.facts.month, self.rules)
        return self.labels

    def _lead(self) -> list[Block]:
        words, facts = self.words, self.facts
        buyer = words.named(facts.buyer, facts.buyer_name)
        return [words.say(_WHO[facts.is_retailer, facts.mode], buyer=buyer), *conventions(words, self.rules)]

    def _outcome(self, run: Sequence[tuple[Derivation, Ledger]]) -> Grid:
        """The answer before its derivation."""
        rows = []
        for position, ledger in run:
            energies = (position.contract, position.metered, position.in_band, position.overrun, position.shortfall)
            amount = sum(line.amount_micro_yuan for line in ledger.lines)
            rows.append((self.words.name(position.product), *map(energy, energies), money_in_full(amount)))
        columns = ("product", "contract", "metered", "in_band", "overrun", "shortfall", "all_money")
        return table(self.words, columns, rows)
