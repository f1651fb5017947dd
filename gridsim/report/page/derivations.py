"""The derivations that stand in a party's page: every month of its units, and nothing of anybody else in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.explain import explain
from gridsim.explain.discreet import aliases, with_aliases
from gridsim.explain.model import html
from gridsim.io.named_frames import ExactTables
from gridsim.manifest import changes_of
from gridsim.report.page.finding import CitedStep, cited_steps
from gridsim.report.page.linked import Html
from gridsim.report.page.units import narrowed, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.explain import Explanation
    from gridsim.report.page.party import Party
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["Derivation", "Derivations"]

_TABLES = ("trades", "legs", "positions", "cell_settlement", "ledger", "leg_settlement", "rejected")


@dataclass(frozen=True, slots=True)
class Derivation:
    """A unit's month: where it is linked to, what it is called, and its steps."""

    anchor: str
    title: str
    html: Html


class Derivations:
    """The derivations of a party's months, and where in them a figure stands.

    Parameters
    ----------
    result : Result
    party : Party
    words : PageWords
    """

    def __init__(self, result: Result, party: Party, words: PageWords) -> None:
        self._words, self._party = words, party
        whole = narrowed(result, party.units)
        first = dict.fromkeys(whole.arrow("legs", None, ("seller_id",)).column("seller_id").to_pylist())
        called = aliases(result.inputs, {party.id, *party.users}, [str(each) for each in first], words.lang)
        names = [*_TABLES, *(("seller_settlement",) if result.rules.shape.sellers is not None else ())]
        exact = ExactTables({name: with_aliases(name, whole.arrow(name), called) for name in names})
        inputs = {name: with_aliases(name, plain(table), called) for name, table in result.inputs.items()}
        changes = changes_of(result.manifest)
        self._found: dict[tuple[str, str], Explanation] = {}
        rows = whole.arrow("positions", {"trial": False}, ("unit_id", "month", "product")).to_pandas()
        order = {product: i for i, product in enumerate(result.rules.shape.product_ids)}
        self._products = {
            (str(unit), str(month)): sorted(map(str, products), key=order.__getitem__)
            for (unit, month), products in rows.groupby(["unit_id", "month"])["product"]
        }
        for unit in party.units:
            for month in sorted(month for whose, month in self._products if whose == unit):
                self._found[unit, month] = explain(
                    exact, inputs, result.rules, unit, month, lang=words.lang, changes=changes,
                    forecast=words.forecast, seen_by=party.id,
                )  # fmt: skip

    def anchor(self, unit: str, month: str) -> str:
        """Where a unit's month stands."""
        return f"why-{self._party.units.index(unit)}-{month}" if (unit, month) in self._found else ""

    def months(self, unit: str) -> list[tuple[str, str]]:
        """A unit's months, with what they are called."""
        return [(month, self._words.month(month)) for whose, month in self._found if whose == unit]

    def steps(self, unit: str) -> list[CitedStep]:
        """What a search finds of a unit's derivations."""
        return cited_steps([found for (whose, _), found in self._found.items() if whose == unit], self._words)

    def first(self, month: str) -> str:
        """Where the first of a party's units has that month."""
        return next((found for unit in self._party.units if (found := self.anchor(unit, month))), "")

    def step(self, unit: str, month: str, product: str, value: str) -> str:
        """Where in the page a figure of a position is derived; the month, if no step gives it.

        Parameters
        ----------
        unit, month, product : str
        value : str
            By the exact column of the result tables: ``overrun_micro_yuan``.
        """
        explanation = self._found.get((unit, month))
        if explanation is None:
            return ""
        of_positions = [
            section
            for section in explanation.sections
            if not section.trial and section.steps and "contract_kwh" in section.steps[0].values
        ]
        place = self._products[unit, month].index(product)
        for wanted in (value, "upper_kwh"):  # of several bands no step has the whole sum: then the bands themselves
            for step in of_positions[place].steps:
                if wanted in step.values:
                    return f"{self.anchor(unit, month)}-{step.number}"
        return self.anchor(unit, month)

    def __iter__(self) -> Iterator[Derivation]:
        for (unit, month), explanation in self._found.items():
            anchor, name = self.anchor(unit, month), self._party.unit(unit, self._words)
            title = self._words.month(month) if not name else self._words.listed([self._words.month(month), name])
            yield Derivation(anchor, title, Html(html(explanation, with_style=False, anchor=anchor)))
