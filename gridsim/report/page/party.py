"""Whom a page is for: a buyer with all of its settlement units, or one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.errors import ResultError
from gridsim.scenario.party_names import party_names
from gridsim.suggest import nearest, nearest_in_words
from gridsim.trading.units import units_by_id
from gridsim.words import LISTED, Sentence, listed, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["Party", "party_of"]


@dataclass(frozen=True)
class Party:
    """A buyer, or one of its units.

    Attributes
    ----------
    id : str
        Of the buyer.
    name : str
        What it is called; its id where it has no name.
    is_retailer : bool
    units : tuple of str
        The settlement units that the page is about.
    is_whole : bool
        Whether these are all that it has.
    modes : mapping of str to str
        Of each of these units.
    users : mapping of str to str
        What the users of these units are called, by id.
    products : mapping of str to tuple of str
        That the mode of each of these units trades.
    """

    id: str
    name: str
    is_retailer: bool
    units: tuple[str, ...]
    is_whole: bool
    modes: Mapping[str, str]
    users: Mapping[str, str]
    products: Mapping[str, tuple[str, ...]]

    @property
    def of_batch(self) -> dict[str, str]:
        """As the statistics of a batch, which keep the sums of whole parties, take it."""
        return {"buyer": self.id} if self.is_whole else {"unit": self.units[0]}

    def title(self, words: PageWords) -> str:
        """What it is called, with the mode if the page is about one unit of several."""
        if self.is_whole:
            return self.name
        return words.say("{name}, {mode}", name=self.name, mode=words.called("mode", self.modes[self.units[0]]))

    def unit(self, unit: str, words: PageWords) -> str:
        """What one of its units is called where it is plain whose it is; empty if there is but one."""
        return words.called("mode", self.modes[unit]) if len(self.units) > 1 else ""

    def position(self, unit: str, product: str, words: PageWords) -> list[str]:
        """What names a position beside its month, as far as there are several."""
        product = words.called("product", product) if len(self.products[unit]) > 1 else ""
        return [part for part in (self.unit(unit, words), product) if part]


def party_of(result: Result, wanted: str) -> Party:
    """Find out whom a page is for.

    Parameters
    ----------
    result : Result
    wanted : str
        The id or the name of a buyer, or one of its units as it is written in either language.

    Raises
    ------
    ResultError
        There is no such buyer or unit in the results; the message says what is meant instead.
    """
    every = units_by_id(result.inputs, result.rules.shape)
    units = {unit: every[unit] for unit in result.statistics.values("unit")}
    names = party_names(result.inputs, ("users", "retailers"))
    buyers = dict.fromkeys(buyer for buyer, _ in units.values())
    unit = result.statistics.names.meant("unit", wanted)
    called = [buyer for buyer in buyers if names.get(buyer) == wanted]
    chosen: tuple[str, ...]
    if unit in units:
        chosen, buyer = (unit,), units[unit][0]
    elif wanted in buyers or len(called) == 1:
        buyer = wanted if wanted in buyers else called[0]
        chosen = tuple(each for each, (whose, _) in units.items() if whose == buyer)
    else:
        raise ResultError(_unknown(result, wanted, [*buyers, *units]))
    cells = result.exact.arrow("cell_settlement", {"unit_id": list(chosen)}, ("user_id",))
    users = dict.fromkeys(map(str, cells.column("user_id").to_pylist()))
    retailers = result.inputs["retailers"].column("retailer_id").to_pylist() if "retailers" in result.inputs else []
    return Party(
        id=buyer,
        name=names.get(buyer) or buyer,
        is_retailer=buyer in retailers,
        units=chosen,
        is_whole=len(chosen) == sum(whose == buyer for whose, _ in units.values()),
        modes={each: units[each][1] for each in chosen},
        users={user: names.get(user) or user for user in users},
        products={
            each: next(mode.products for mode in result.rules.shape.modes if mode.id == units[each][1])
            for each in chosen
        },
    )


def _unknown(result: Result, wanted: str, known: list[str]) -> Sentence:
    """What is said of somebody for whom there is no page."""
    sellers = result.inputs["generators"].column("generator_id").to_pylist()
    users = result.inputs["users"]
    if wanted in sellers:
        return Sentence("{name} sells: a page is for those who buy, and statements are for both", name=wanted)
    if wanted in users.column("user_id").to_pylist():
        return Sentence(
            "{name} has no settlement unit of its own: its bill is its page (gridsim statements DIR --user {name})",
            name=wanted,
        )
    return listed(
        Sentence("there is no buyer and no settlement unit {name!r} in these results", name=wanted),
        nearest_in_words(nearest(wanted, known)),
        Sentence("there are: {names}", names=named(known, most=LISTED)),
    )
