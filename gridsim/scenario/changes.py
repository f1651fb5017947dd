"""What made a scenario of another one: the verbs that were called, as data that can be called again.

Most verbs change a table or the rules, and what they did stands there. Contracts as traded stand in no table: those
changes are part of what the scenario is, and are made when its contracts are concluded (`gridsim.contracts.changed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gridsim.names import code_told
from gridsim.units import RATIO_DECIMALS, RATIO_ONE, fixed_point, trimmed
from gridsim.words import Language, Sentence, both, enumerated, named, verbatim, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gridsim.names import MarketNames

__all__ = [
    "LEGS",
    "ORDERS",
    "Basis",
    "Change",
    "ContractChange",
    "changes_as_data",
    "changes_of_data",
    "of_legs",
    "plain",
]

Basis = Literal["legs", "orders"]
LEGS: Basis = "legs"
ORDERS: Basis = "orders"

_WHAT = {"with_contracts": "energy", "with_prices": "price"}


@dataclass(frozen=True)
class Change:
    """One verb, and what it was given.

    Attributes
    ----------
    verb : str
        A method of `gridsim.Scenario`: ``with_load``.
    given : mapping
        Its arguments as JSON has them; numbers are text.
    """

    verb: str
    given: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "given", MappingProxyType(dict(self.given)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Change, (self.verb, dict(self.given))  # a mapping that cannot be changed cannot be pickled

    def to_data(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"verb": self.verb, **self.given}

    @property
    def sentence(self) -> Sentence:
        """The change in a few words: ``contracts × 1.02 (unit: R1/tou)``."""
        return self.called(None)

    def called(self, market: MarketNames | None) -> Sentence:
        """The change in a few words, whose Chinese calls codes as a market does.

        Parameters
        ----------
        market : MarketNames or None
            Of the rule set; None: codes stand as they are.

        Returns
        -------
        Sentence
            English as `sentence`.

        Examples
        --------
        >>> more = scenario.with_contracts("1.02", where={"unit": "R1/tou", "product": "peak"})
        >>> print(more.changes[0].called(scenario.rules.shape).zh)
        合同电量 × 1.02（结算单元：R1/分时段、品种：峰段）
        """
        given = self.given
        if self.verb == "with_overrides":
            values = enumerated(verbatim(f"{path} = {value}") for path, value in given["overrides"].items())
            return Sentence("rules: {values}", values=values)
        if self.verb == "with_table":
            return Sentence("table {table}: {rows:,} rows", table=given["table"], rows=given["rows"])
        if self.verb == "with_load":
            what = Sentence("load × {scale}", scale=given["scale"])
        elif self.verb == "with_prices":
            what = Sentence("contract prices × {scale}", scale=given["scale"])
        else:
            what = Sentence("contracts × {scale}", scale=given["scale"])
        where = [
            Sentence("{key}: {values}", key=KEYS_TOLD[key], values=named(_codes(key, of, market)))
            for key, of in _where(given).items()
        ]
        if given.get("basis") == ORDERS:
            where.append(Sentence("as ordered, traded again"))
        if not where:
            return what
        return Sentence("{what} ({where})", what=what, where=enumerated(where))


KEYS_TOLD = {
    "unit": Sentence("unit"),
    "product": Sentence("product"),
    "month": Sentence("month"),
    "contract": Sentence(within("where", "contract")),
    "session": Sentence(within("where", "session")),
    "user": Sentence("user"),
}
"""What the keys of ``where=`` are called."""


def _codes(key: str, codes: Iterable[str], market: MarketNames | None) -> Iterator[Sentence]:
    """Codes as they are, and in Chinese what they are called; months are written out."""
    for code in codes:
        yield both(code, Language("zh").month(code)) if key == "month" else code_told(key, code, market)


def _where(given: Mapping[str, Any]) -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = given.get("where", {})
    return found


class ContractChange(NamedTuple):
    """A change of contracts as they were traded.

    Attributes
    ----------
    what : {"energy", "price"}
    ratio : int
        [10⁻⁴]
    where : mapping of str to list of str
        ``unit``, ``product``, ``month``, ``contract``, ``session``; a key that is missing takes all.
    change : Change
    """

    what: str
    ratio: int
    where: Mapping[str, list[str]]
    change: Change

    @property
    def scale(self) -> str:
        """The ratio as people write it."""
        return trimmed(self.ratio, RATIO_DECIMALS)


def of_legs(changes: Iterable[Change]) -> tuple[ContractChange, ...]:
    """The changes that are made to contracts as traded, in order; one by 1 is none."""
    return tuple(
        ContractChange(_WHAT[change.verb], ratio, _where(change.given), change)
        for change in changes
        if change.given.get("basis") == LEGS
        and (ratio := fixed_point(change.given["scale"], RATIO_DECIMALS)) != RATIO_ONE
    )


def changes_as_data(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes as JSON has them."""
    return [change.to_data() for change in changes]


def changes_of_data(data: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Changes as `changes_as_data` gave them."""
    return tuple(
        Change(str(each["verb"]), {key: value for key, value in each.items() if key != "verb"}) for each in data
    )


def plain(value: object) -> Any:
    """A value as JSON has it; decimals stay the text that they are."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return value if isinstance(value, str | int | bool | None) else str(value)
