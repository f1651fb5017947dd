"""The steps as they are written down: numbered, and with the readings of the rule set that each leans on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gridsim.explain.model import Explanation, Section, Step
from gridsim.show.document import Grid
from gridsim.words import msg, within

if TYPE_CHECKING:
    from gridsim.explain.model import Transfer
    from gridsim.explain.words import Wording
    from gridsim.rules import RuleSet
    from gridsim.show.document import Block

__all__ = [
    "FIRST",
    "HEADINGS",
    "Condensed",
    "OwnColumn",
    "Script",
    "condense",
    "condensed",
    "conventions",
    "table",
]

_WHOLE = 30  # so many rows are listed one by one
FIRST = 10  # of more, so many are, and the largest

# What every explanation rests on.
_GENERAL = (
    "in_force",
    "scope.capacity_and_demand_charges",
    "scope.power_factor_adjustment",
    "scope.value_added_tax",
)

HEADINGS = {
    "product": msg("product"),
    "contract": msg("contract C"),
    "metered": msg("metered A"),
    "in_band": msg("in band"),
    "overrun": msg("overrun"),
    "shortfall": msg("shortfall"),
    "all_money": msg("yuan in all"),
    "leg": msg("leg"),
    "seller": msg("seller"),
    "unit": within("column", "unit"),
    "price": msg("price"),
    "money": within("column", "yuan"),
    "line": msg("line"),
    "lines": msg("ledger lines"),
    "user": msg("user"),
    "name": msg("name"),
    "period": msg("period"),
    "tariff": msg("tariff"),
    "energy": within("column", "MWh"),
    "contract_energy": msg("contract"),
    "share": within("split", "share"),
    "exact_share": msg("exact share"),
    "extra": msg("+kWh"),
    "tariff_class": msg("class"),
    "voltage": msg("voltage"),
    "row": msg("row"),
    "since": msg("since"),
    "item": msg("item"),
    "from": msg("from"),
    "to": msg("to"),
    "payee": msg("payee"),
    "received": msg("yuan received"),
    "on_tariff": msg("peak-valley tariff"),
    "first": msg("first"),
    "ends": msg("ends this month"),
    "variety": msg("variety"),
    "group": msg("group"),
    "time": msg("submitted"),
    "place": msg("place"),
}
_MONEY = frozenset(("money", "all_money", "received"))
_TEXTS = frozenset(
    (
        *(
            "product",
            "leg",
            "seller",
            "unit",
            "user",
            "name",
            "on_tariff",
            "period",
            "tariff",
            "tariff_class",
            "voltage",
        ),
        *("item", "from", "to", "payee", "lines", *("first", "ends", "variety", "group", "time")),
    )
)
# If the first has no entry, the others say nothing either.
_IDLE_WITHOUT = {"extra": ("extra", "exact_share"), "since": ("since",)}

_T = TypeVar("_T")


class OwnColumn(NamedTuple):
    """A column that a market names: its heading, and whether texts stand in it."""

    heading: str
    is_text: bool = False


class Condensed(NamedTuple):
    """Positions of what is listed one by one, and of the rest, which is summed up."""

    shown: list[int]
    rest: list[int]


def condense(items: Sequence[_T], size: Callable[[_T], int]) -> Condensed:
    """List a few items, or of many the first ones and the largest."""
    count = len(items)
    if count <= _WHOLE:
        return Condensed(list(range(count)), [])
    largest = max(range(count), key=lambda i: size(items[i]))
    shown = sorted({*range(FIRST), largest})
    taken = set(shown)
    return Condensed(shown, [i for i in range(count) if i not in taken])


def condensed(words: Wording, count: int, *, by_price: bool = False) -> str:
    """What is said above rows of which not all are listed."""
    return words.say(
        msg(
            "There are {count} rows: shown are the first {first} and the largest; the rest is summed up by tariff and "
            "price."
        )
        if by_price
        else msg("There are {count} rows: shown are the first {first} and the largest; the rest is summed up."),
        count=f"{count:,}",
        first=FIRST,
    )


def table(
    words: Wording, columns: Sequence[str | OwnColumn], rows: Sequence[Sequence[str]], foot: Sequence[str] = ()
) -> Grid:
    """A table.

    Parameters
    ----------
    words : Wording
    columns : sequence of str or OwnColumn
        Names of the columns, as `HEADINGS` has them; columns that say nothing in these rows are left out.
    rows : sequence of sequence of str
    foot : sequence of str
        Sums beneath.
    """
    table = [list(row) for row in (*rows, *((foot,) if foot else ()))]
    for name, idle in _IDLE_WITHOUT.items():
        if name in columns and not any(row[columns.index(name)] for row in table):
            kept = [i for i, column in enumerate(columns) if column not in idle]
            columns = [columns[i] for i in kept]
            table = [[row[i] for i in kept] for row in table]
    for i, column in enumerate(columns):
        if column in _MONEY:
            decimals = max((len(row[i].partition(".")[2]) for row in table), default=0)
            for row in table:
                if row[i]:
                    whole, _, fraction = row[i].partition(".")
                    row[i] = f"{whole}.{fraction.ljust(decimals, '0')}"
    complete = [tuple(row) for row in table]
    return Grid(
        headings=tuple(
            words.say(HEADINGS[column]) if isinstance(column, str) else column.heading for column in columns
        ),
        rows=tuple(complete[: len(rows)]),
        align="".join(
            "<" if (column in _TEXTS if isinstance(column, str) else column.is_text) else ">" for column in columns
        ),
        foot=complete[-1] if foot else (),
    )


class Script:
    """Collects the steps of an explanation.

    Parameters
    ----------
    words : Wording
    rests_on : mapping of str to tuple of str, optional
        What the rule set says that steps rest on.
    known : collection of str, optional
        Paths of the values and readings that the rule set has: a step rests on no other. Any if left out.

    Attributes
    ----------
    sections : list of Section
    leans : dict of str to list of int
        By path of the rule set: the steps that rest on it; 0 stands for all of them.
    is_trial : bool
        Whether steps written down from now on belong to the trial settlement.
    """

    def __init__(
        self,
        words: Wording,
        rests_on: Mapping[str, tuple[str, ...]] | None = None,
        known: Collection[str] | None = None,
    ) -> None:
        self.words = words
        self._rests_on = rests_on or {}
        self._known = known
        self.sections: list[Section] = []
        self.leans: dict[str, list[int]] = {}
        self.rest_on(*_GENERAL)
        self.is_trial = False
        self._steps: list[Step] = []
        self._count = 0

    def step(
        self,
        title: str,
        clause: str,
        formula: str,
        lines: Iterable[Block],
        *,
        transfers: Iterable[Transfer] = (),
        values: Mapping[str, int] | None = None,
        leans: Iterable[str] = (),
        is_said: bool = False,
    ) -> int:
        """Write down a step and return its number.

        `title` is not yet said in the language, unless it `is_said`; `formula` is.
        """
        self._count += 1
        text = title if is_said else self.words.say(title)
        known = self._known
        rests_on = tuple(path for path in dict.fromkeys(leans) if known is None or path in known)
        self._steps.append(
            Step(
                number=self._count,
                title=self.words.say("Trial: {title}", title=text) if self.is_trial else text,
                clause=clause,
                formula=formula,
                lines=tuple(lines),
                transfers=tuple(transfers),
                values=dict(values or {}),
                rests_on=rests_on,
            )
        )
        for path in rests_on:
            self.leans.setdefault(path, []).append(self._count)
        return self._count

    def rests_on(self, *steps: str) -> tuple[str, ...]:
        """What the rule set says that these steps rest on (`gridsim.rules.shape.ExplainedShape`)."""
        return tuple(path for step in steps for path in self._rests_on.get(step, ()))

    def rests_on_first(self, *steps: str) -> tuple[str, ...]:
        """The same of the first of them of which it says something."""
        return next((self._rests_on[step] for step in steps if step in self._rests_on), ())

    def rest_on(self, *paths: str) -> None:
        """Note readings of the rule set that everything rests on."""
        for path in paths:
            self.leans.setdefault(path, []).append(0)

    def section(self, title: str, lead: Iterable[Block] = ()) -> None:
        """Close a section: it gets the steps written down since the last one."""
        self.sections.append(Section(title, tuple(lead), tuple(self._steps), self.is_trial))
        self._steps = []

    def explanation(self, subject: str, month: str, title: str, lead: Iterable[Block]) -> Explanation:
        """All sections, under a title and what is said before them."""
        return Explanation(subject, month, title, tuple(lead), tuple(self.sections), self.words.lang)


def conventions(words: Wording, rules: RuleSet) -> list[str]:
    """How numbers and clauses are to be read."""
    how_to_read = rules.how_to_read
    said = [
        words.say(
            "Rules: {title} ({id}; notice {number}).", title=rules.title(words.lang), id=rules.id, number=rules.number
        ),
        words.say(
            "Energy is in MWh to the kWh (3 decimals), prices in yuan/MWh, money in yuan. Where "
            "something is rounded, the number before and after stand side by side with an arrow; half up "
            "means away from zero for a negative number. All else is exact. “…” means that a decimal "
            "goes on: it is cut off for reading, never for computing."
        ),
        words.say(
            "In brackets: the clause that a step follows. {how_to_read}; “choice” is a reading of the "
            "rule set where the notice is silent (listed in the last step).",
            how_to_read=how_to_read.in_(words.lang),
        )
        if how_to_read
        else words.say(
            "In brackets: the clause that a step follows; “choice” is a reading of the rule set where "
            "the notice is silent (listed in the last step)."
        ),
    ]
    return (
        [*said, words.say("“No clause stated”: the rule set has a value of its own there and names no clause for it.")]
        if rules.cites_unstated()
        else said
    )
