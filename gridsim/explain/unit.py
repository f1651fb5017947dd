"""A settlement unit's month: which sections and steps its explanation has, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.arrow import rows_where
from gridsim.explain.check import check, fees_by_product
from gridsim.explain.closing import closing_step
from gridsim.explain.corrections import corrections_step
from gridsim.explain.derive import derive
from gridsim.explain.facts import gather
from gridsim.explain.origins import origins_of
from gridsim.explain.places import way_of
from gridsim.explain.retail_derived import derive_retail
from gridsim.explain.script import conventions, table
from gridsim.explain.steps_accounts import accounts_step, ground_step
from gridsim.explain.steps_band import band_step
from gridsim.explain.steps_cells import cells_step
from gridsim.explain.steps_charges import charge_step
from gridsim.explain.steps_contracts import contracts_step, leg_price_step, shown_legs
from gridsim.explain.steps_legs import legs_step, shortfall_step
from gridsim.explain.steps_metered import metered_step
from gridsim.explain.steps_over import fees_step, overrun_step
from gridsim.explain.steps_retail import retail_steps
from gridsim.explain.steps_returned import returned_step
from gridsim.explain.steps_transfers import paid_among_sellers, transfer_step
from gridsim.explain.tariff_labels import tariffs_step
from gridsim.rules.citations import clauses_together
from gridsim.rules.shape import TAIL_ITEMS, TRANSFER
from gridsim.settlement.ways import NO_REGIME
from gridsim.show.numbers import energy, money_in_full
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.explain.check import Ledger
    from gridsim.explain.derivation import Derivation
    from gridsim.explain.model import Explanation
    from gridsim.explain.retail_facts import RetailMonth
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.subject import Subject
    from gridsim.explain.tariff_labels import Labels
    from gridsim.show.document import Block, Grid

__all__ = ["unit_explanation"]


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
        shape, regime = self.rules.shape, way_of(self.rules, facts.mode, month, trial=False).regime
        has_trial = regime != NO_REGIME and shape.regimes[regime].trial
        runs = [self._derived(trial=trial) for trial in ((False, True) if has_trial else (False,))]
        for run in runs:
            self._sections(run)
        self.script.is_trial = False
        users = {cell.user.id for cells in facts.cells.values() for cell in cells}
        if facts.retail is not None:
            self._retail(facts.retail)
        if corrections_step(self.script, self.source, month, facts.corrections, unit=facts.unit):
            self.script.section(words.say("Corrections of earlier months"))
        returns = returned_step(self.script, self.source, month, facts.buyer)
        if closing_step(self.script, self.source, month, {facts.buyer, *users}) or returns:
            self.script.section(words.say("When the month closes"))
        if len(self._products_of_mode()) > 1 and not facts.has_own_periods:
            self.script.rest_on("scope.own_periods")
        ground_step(self.script, self.rules, month, self.source.inputs)
        others = [p for p in self._all_products() if p not in self.products]
        blanks = {"unit": words.called("unit", facts.unit), "month": words.month(month)}
        title = words.say("Settlement of unit {unit} in {month}", **blanks)
        lead = self._lead()
        if others:
            product = words.called("product", self.products[0])
            title = words.say("Settlement of unit {unit} in {month}, {product}", product=product, **blanks)
            lead.append(
                words.say(
                    "Only the product {product} is explained here; the unit's month also has: {others}.",
                    product=product,
                    others=words.listed(words.called("product", each) for each in others),
                )
            )
        lead.append(self._outcome(runs[0]))
        return self.script.explanation(facts.unit, month, title, lead)

    def _retail(self, terms: RetailMonth) -> None:
        """What the unit's users pay their retailer, whatever product is explained."""
        every = [derive(self.facts, self.rules, product, trial=False) for product in self._all_products()]
        found = derive_retail(every, terms, self.facts.retail_lines)
        if found.sold:
            retail_steps(self.script, found, terms)
            accounts_step(self.script, found.lines, TAIL_ITEMS, msg("this unit's retail contracts"), by_payee=False)
            self.script.section(self.words.say("Retail contracts"))

    def _products_of_mode(self) -> tuple[str, ...]:
        return next(mode.products for mode in self.rules.shape.modes if mode.id == self.facts.mode)

    def _all_products(self) -> list[str]:
        """The products of the unit's month."""
        return [each for each in self.rules.shape.product_ids if (each, False) in self.facts.positions]

    def _derived(self, *, trial: bool) -> list[tuple[Derivation, Ledger]]:
        has_fees = self.rules.shape.fees is not None
        named = self._all_products() if has_fees else self.products  # a line of a fee names no product
        derived = [derive(self.facts, self.rules, product, trial=trial) for product in named]
        fees = fees_by_product(derived) if has_fees else {}
        found = [
            (position, check(position, fees.get(position.product, ())))
            for position in derived
            if position.product in self.products
        ]
        if not self.source.seen_by:
            return found
        return [(position, ledger.without(paid_among_sellers(position, ledger))) for position, ledger in found]

    def _sections(self, run: Sequence[tuple[Derivation, Ledger]]) -> None:
        """A section for each position, and one for what they come to."""
        words, script = self.words, self.script
        script.is_trial = trial = run[0][0].trial
        for position, ledger in run:
            product = position.product
            lead: list[Block] = []
            if trial:
                contracts, metered = self.origin_steps[product]
                paths = script.rests_on("trial")
                clause = words.clause_list(self.rules.clauses_of(*paths) if paths else clauses_together([""]))
                blanks = {"clause": clause, "contracts": contracts, "metered": metered}
                lead = [
                    words.own("trial", **blanks)
                    or words.say(
                        "What would be settled without the older method, to be shown to the parties ({clause}). "
                        "Nothing of it is paid. Contracts and metered energy are those of steps {contracts} and "
                        "{metered}.",
                        **blanks,
                    )
                ]
            else:
                self.origin_steps[product] = self._origins(position)
            self._settlement(position, ledger, is_alone=len(run) == 1)
            title = words.say(
                msg("TRIAL SETTLEMENT, position {product}") if trial else msg("Position {product}"),
                product=words.called("product", product),
            )
            script.section(title, lead)
        if len(run) > 1:
            what = msg("this unit's month in the trial settlement") if trial else msg("this unit's month")
            accounts_step(script, [line for _, ledger in run for line in ledger.lines], self.rules.shape.items, what)
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
            rule = position.way.leg_price
            if rule is not None and rule.product in self._products_of_mode():
                leg_price_step(script, position, is_shown=rule.product in self.products)
            average_step = legs_step(script, position, ledger)
        for band, under in enumerate(position.under):
            if under.energy:
                shortfall_step(script, position, band, ledger)
        if position.in_band and position.overrun:
            cells_step(script, position)
        if position.metered:
            self._prices(position, ledger, average_step)
        fees = [line for line in ledger.lines if line.leg_id is None and line.period is None]
        if any(band.fee is not None and band.energy for band in (*position.over, *position.under)):
            fees_step(script, position, fees, average_step)
        if ledger.of(TRANSFER):
            transfer_step(script, position, ledger)
        what = msg("this position's trial settlement") if position.trial else msg("this position")
        accounts_step(script, ledger.lines, self.rules.shape.items, what, by_payee=is_alone)

    def _prices(self, position: Derivation, ledger: Ledger, average_step: int) -> None:
        """What overrun costs, and the charges."""
        labels, is_first = self._tariffs(), True
        for band, over in enumerate(position.over):
            if over.energy:
                overrun_step(self.script, position, band, labels, ledger, average_step)
                is_first = False
        for number, charge in enumerate(position.way.charges):
            if any(
                price is not None and part.charged(charge)
                for part in position.cells
                for price in part.charge_prices[number : number + 1]
            ):
                charge_step(self.script, position, number, labels, ledger, average_step, is_first=is_first)
                is_first = False

    def _tariffs(self) -> Labels:
        if self.labels is None:
            cells = [cell for product in self.products for cell in self.facts.cells.get(product, ()) if cell.metered]
            self.labels = tariffs_step(self.script, cells, self.facts.month, self.rules)
        return self.labels

    def _lead(self) -> list[Block]:
        words, facts = self.words, self.facts
        buyer = words.named(facts.buyer, facts.buyer_name)
        who = words.own(f"unit.{facts.mode}.{'retailer' if facts.is_retailer else 'user'}", buyer=buyer) or words.say(
            msg("Settlement unit: the users of retailer {buyer} in mode {mode}.")
            if facts.is_retailer
            else msg("Settlement unit: user {buyer}, who buys directly, in mode {mode}."),
            buyer=buyer,
            mode=words.called("mode", facts.mode),
        )
        return [who, *conventions(words, self.rules)]

    def _outcome(self, run: Sequence[tuple[Derivation, Ledger]]) -> Grid:
        """The answer before its derivation."""
        rows = []
        for position, ledger in run:
            energies = (position.contract, position.metered, position.in_band, position.overrun, position.shortfall)
            amount = sum(line.amount_micro_yuan for line in ledger.lines)
            rows.append((self.words.called("product", position.product), *map(energy, energies), money_in_full(amount)))
        columns = ("product", "contract", "metered", "in_band", "overrun", "shortfall", "all_money")
        return table(self.words, columns, rows)
