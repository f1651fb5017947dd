"""Where in a grid the headings stand, and what each of its columns is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from gridsim.errors import Fault, WrongValueError, shorten
from gridsim.importing.across import days_of, named_users, users_of_rows
from gridsim.importing.cells import id_of
from gridsim.importing.grids import Grid
from gridsim.importing.headings import (
    LEFT_OUT,
    NOTHING_SAID,
    Meaning,
    Vocabulary,
    heading_text,
    is_sum_word,
    other_quantity,
)
from gridsim.importing.slots import Slots, slots_of
from gridsim.tables.heading_units import HeadingUnit, parse_unit, unit_of_heading
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.importing.choices import Choices

__all__ = ["Context", "Layout", "find_layout"]

_MOST_HEADING_ROWS = 3
_ROWS_LOOKED_AT = 8  # below headings, for a number
_NAMES_SHOWN = 5
_UNIT = re.compile(r"(?:计量)?单位\s*[:：]?\s*[\[(（]?\s*([^\s\])）;；,，]+)|unit\s*:\s*([^\s\])]+)", re.IGNORECASE)
_READINGS = re.compile("示数|示值|表码|读数|表底")
_BETWEEN_UNITS = re.compile("[、和及与]")
_SAYS = re.compile(r"[^\d:()\[\]]{2,12}:\s*\S.*")  # 单位：千瓦时, and no 00:15
_LABELLED = re.compile(r"([^:：]{1,12})[:：]\s*(\S.*)?")
_MONTH_OF_YEAR = re.compile(r"(20\d\d)\s*(?:年\s*|[-/.])(1[0-2]|0?[1-9])(?:\s*月|(?![\d./-]))", re.ASCII)
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年", re.ASCII)
_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月", re.ASCII)
_ACCOUNT = re.compile(r"(?<!\d)\d{8,20}(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Context:
    """What stands above the headings, or in the name of the sheet, and holds for every row.

    Attributes
    ----------
    keys : dict of str to object
        Cells by key: a user, a date, a multiplier.
    year, month : int
        0: none, or more than one.
    said_by : {"", "title", "sheet", "file"}
        Where they stand.
    units : tuple of HeadingUnit
    speaks_of_readings : bool
        A title says that what stands below is what registers show.
    speaks_of : str
        Another quantity that a title speaks of: power, or some other (`other_quantity`).
    """

    keys: dict[str, object] = field(default_factory=dict)
    year: int = 0
    month: int = 0
    said_by: Literal["", "title", "sheet", "file"] = ""
    units: tuple[HeadingUnit, ...] = ()
    speaks_of_readings: bool = False
    speaks_of: str = ""


@dataclass(frozen=True)
class Layout:
    """What the columns of a grid are.

    Attributes
    ----------
    first, start : int
        Place of the first heading row, and of the first row behind the headings.
    headings : tuple of str
        By column; of several rows joined by `` / ``.
    meanings : tuple of Meaning
    slots : Slots or None
    context : Context
    """

    first: int
    start: int
    headings: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    slots: Slots | None
    context: Context

    @property
    def keys(self) -> dict[str, int]:
        """Places of the columns whose cells say what a row is."""
        keys = {meaning.key: place for place, meaning in reversed(list(enumerate(self.meanings))) if meaning.key}
        keys.pop(LEFT_OUT.key, None)
        return keys

    @property
    def values(self) -> list[int]:
        """Places of the columns of amounts, in the order of the sheet; those that add up others are none."""
        of_slots = set(self.slots.places) if self.slots is not None else set()
        plain = {place for place, meaning in enumerate(self.meanings) if meaning.is_value and not meaning.is_sum}
        if any(self.meanings[place].kind != "power" for place in plain | of_slots):  # power beside energy says no more
            plain = {place for place in plain if self.meanings[place].kind != "power"}
        readings = {place for place in plain if self.meanings[place].reading in ("reading_from", "reading_to")}
        if of_slots or readings:
            plain = readings
        if not of_slots | plain:  # 总电量 beside nothing that it could add up
            return [place for place, meaning in enumerate(self.meanings) if meaning.is_sum and meaning.is_value]
        return sorted(of_slots | plain)

    @property
    def sums(self) -> list[int]:
        """Places of the columns that add up others."""
        values = set(self.values)
        is_daily = self.slots is not None
        return [
            place
            for place, meaning in enumerate(self.meanings)
            if place not in values and (meaning.is_sum or (is_daily and meaning.kind == "energy" and not meaning.key))
        ]

    @property
    def has_series(self) -> bool:
        """Whether its amounts are readings one after the other."""
        return any(self.meanings[place].reading == "reading" for place in self.values)

    @property
    def energies_beside_readings(self) -> list[int]:
        """Places of the columns of energy that readings before and after tell, too."""
        if not any(self.meanings[place].reading == "reading_to" for place in self.values):
            return []
        meanings = enumerate(self.meanings)
        return [place for place, each in meanings if each.kind == "energy" and not each.reading and not each.is_sum]

    @property
    def others(self) -> list[int]:
        """Places of the columns that are not read, and of which the user has not said so."""
        return [place for place in self.unread if self.meanings[place] != LEFT_OUT]

    @property
    def unread(self) -> list[int]:
        """Places of the columns that have a heading and are not read."""
        known = {*self.keys.values(), *self.values, *self.sums, *self.energies_beside_readings}
        return [place for place, text in enumerate(self.headings) if text and place not in known]


def find_layout(grid: Grid, words: Vocabulary, choices: Choices) -> tuple[Layout | None, list[Fault]]:
    """The layout of a grid, by the rows that have most headings that are understood.

    Parameters
    ----------
    grid : Grid
    words : Vocabulary
    choices : Choices

    Returns
    -------
    layout : Layout or None
        None where no row has headings of the table.
    faults : list of Fault
        Headings that contradict each other.
    """
    found = _most_understood(grid, words, choices)
    if _lacks_users(found, grid, words, choices):
        asked = _ask_users(grid, words, replace(choices, users_across=True))
        if asked is not None:
            return None, [asked]
    if found is None:
        return None, []
    found = _with_periods(found, grid, words)
    context = _context(grid, grid.head[: found.first], words)
    meanings = found.meanings
    if context.speaks_of_readings and not any(meaning.reading for meaning in meanings):
        meanings = tuple(replace(each, reading="reading") if each.kind == "energy" else each for each in meanings)
    layout = Layout(found.first, found.start, found.headings, meanings, found.slots, context)
    return layout, [*_twice(layout, grid.name), *_lost_digits(layout, grid.name)]


def _with_periods(found: Layout, grid: Grid, words: Vocabulary) -> Layout:
    """The same, and a column that nothing but periods (or products) and totals stand in is the column of them."""
    key = next((column.name for column in words.table if column.of in ("periods", "products")), None)
    if key is None or key in found.keys or any(meaning.period for meaning in found.meanings):
        return found
    rows = [row for row in grid.head[found.start :] if any(cell is not None for cell in row)]
    places = []
    for place in found.others:
        cells = [row[place] for row in rows if place < len(row) and row[place] is not None]
        texts = [cell for cell in cells if not (isinstance(cell, str) and is_sum_word(cell))]
        if texts and all(isinstance(cell, str) and words.period_of(cell) for cell in texts):
            places.append(place)
    if len(places) != 1:
        return found
    meanings = list(found.meanings)
    meanings[places[0]] = Meaning(key=key)
    return replace(found, meanings=tuple(meanings))


def _most_understood(grid: Grid, words: Vocabulary, choices: Choices) -> Layout | None:
    """The layout by those rows of headings of which most is understood."""
    best: tuple[tuple[int, int, int], Layout] | None = None
    for first in range(len(grid.head)):
        for rows in range(1, _MOST_HEADING_ROWS + 1):
            if first + rows > len(grid.head):
                break
            block = grid.head[first : first + rows]
            if _is_title(block[0]) or not any(cell is not None for cell in block[-1]):
                break
            layout = _layout(block, first, words, choices)
            understood = len(layout.keys) + len(layout.values) + len(layout.sums)
            units = sum(meaning.unit is not None for meaning in layout.meanings)
            score = understood, len(set(layout.meanings)), units  # of alike ones that which tells more of its columns
            if layout.keys and layout.values and (best is None or score > best[0]):
                best = score, layout
    return None if best is None else best[1]


def _lacks_users(found: Layout | None, grid: Grid, words: Vocabulary, choices: Choices) -> bool:
    """Whether amounts of users are wanted, and nothing is found that says of whom the amounts are."""
    if not words.has_users or choices.users_across or "user_id" in choices.constants:
        return False
    if found is None:
        return True
    says = any(each.user or each.key == "user_id" for each in found.meanings)
    above = _context(grid, grid.head[: found.first], words).keys
    return not says and "user_id" not in above and all(found.meanings[place].is_sum for place in found.values)


def _ask_users(grid: Grid, words: Vocabulary, choices: Choices) -> Fault | None:
    """Whether columns are users: a fault, if their headings may be such and numbers stand below."""
    found = _most_understood(grid, words, choices)
    if found is None:
        return None
    users = [meaning.user for place, meaning in enumerate(found.meanings) if meaning.user and place in found.values]
    rows = grid.head[found.start : found.start + _ROWS_LOOKED_AT]
    numbers = [cell for row in rows for place, cell in enumerate(row) if place in found.values and _is_number(cell)]
    if not users or not numbers:
        return None
    message = Sentence("{count} columns whose headings may be users, or something else", count=len(users))
    names = [*users[:_NAMES_SHOWN], "…", users[-1]] if len(users) > _NAMES_SHOWN + 1 else users
    allowed = Sentence("--users-across, if they are users; or what each of them means in MAP.yaml under columns")
    return Fault(grid.name, None, None, ", ".join(names), message, allowed)


def _is_number(cell: object) -> bool:
    if isinstance(cell, str):
        return re.fullmatch(r"[-+]?[\d,]*\.?\d+", cell.strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _is_title(row: Sequence[object]) -> bool:
    """Whether a row is no row of headings: with nothing, one text alone, or a label and what it says (单位：千瓦时)."""
    texts = [heading_text(cell) for cell in row if cell is not None]
    if any(_SAYS.fullmatch(text) for text in texts):
        return True
    return len(set(texts)) <= 1 and (not texts or row[0] is not None)


def _layout(block: Sequence[Sequence[object]], first: int, words: Vocabulary, choices: Choices) -> Layout:
    width = max(map(len, block))
    rows = [[*row, *[None] * (width - len(row))] for row in block]
    for number, row in enumerate(rows[:-1]):
        for place in range(1, width):  # a heading over several columns stands over the first alone
            below = any(later[place] is not None for later in rows[number + 1 :])
            if row[place] is None and below and row[place - 1] is not None and _is_group(rows, number, place - 1):
                row[place] = row[place - 1]
    headings = [" / ".join(map(heading_text, _stack(rows, place))) for place in range(width)]
    rows, across = users_of_rows(rows, words)
    meanings = [
        _joined(_stack(rows, place), headings[place], words, across.get(place, NOTHING_SAID)) for place in range(width)
    ]
    if any(meaning.key == "user_id" for meaning in meanings):  # then no column is of one user alone
        meanings = [NOTHING_SAID if meaning.user else meaning for meaning in meanings]
    elif choices.users_across:
        for place, meaning in named_users(rows[-1], meanings, words).items():
            meanings[place] = meaning
    if len(rows) > 1 and all(cell is None or _is_unit(cell) for cell in rows[-1]):
        rows = [*rows[:-2], rows[-1], rows[-2]]  # a row of units below: what it says is said above as well
    lowest = [words.meaning(cell) for cell in rows[-1]]
    free = [place for place, meaning in enumerate(lowest) if meaning == NOTHING_SAID or _is_bare(meaning)]
    slots = _slots(rows, free) if words.has_intervals else None
    if slots is not None:
        for place in slots.places:
            above = [row[place] for row in rows[:-1] if row[place] is not None]
            said = _joined(above, " / ".join(map(heading_text, above)), words) if above else NOTHING_SAID
            other = next((kind for cell in above if (kind := other_quantity(heading_text(cell)))), "")
            if said == NOTHING_SAID and other:
                said = Meaning(kind=other)
            meanings[place] = replace(said, kind=said.kind or "energy", is_sum=False) if not said.key else NOTHING_SAID
    elif words.has_users:
        days = days_of([rows[-1][place] for place in free])
        for number, (year, month, day) in days.items():
            said = _joined(_stack(rows[:-1], free[number]), "", words, across.get(free[number], NOTHING_SAID))
            of_day = Meaning(year=year, month=month, day=day).with_upper(said)
            meanings[free[number]] = (
                NOTHING_SAID if of_day is None or of_day.key else replace(of_day, kind=of_day.kind or "energy")
            )
    return Layout(first, first + len(block), tuple(headings), tuple(meanings), slots, Context())


def _stack(rows: Sequence[Sequence[object]], place: int) -> list[object]:
    """What stands in the headings of a column, each once where it is merged."""
    stack: list[object] = []
    for row in rows:
        if row[place] is not None and (not stack or heading_text(stack[-1]) != heading_text(row[place])):
            stack.append(row[place])
    return stack


def _is_group(rows: list[list[object]], number: int, place: int) -> bool:
    """Whether something stands below a heading, so that it may hold for the columns to its right, too."""
    return any(later[place] is not None for later in rows[number + 1 :])


def _joined(stack: Sequence[object], heading: str, words: Vocabulary, said: Meaning = NOTHING_SAID) -> Meaning:
    """What headings above each other say together, and with what is said of them elsewhere."""
    if heading in words.given:
        return words.given[heading]
    for cell in stack:
        meaning = words.meaning(cell)
        if meaning == NOTHING_SAID:
            return NOTHING_SAID
        joined = meaning.with_upper(said)
        if joined is None:
            return NOTHING_SAID
        said = joined
    return words.measured(replace(said, kind="energy") if said.user and not said.kind and not said.measure else said)


def _is_unit(cell: object) -> bool:
    unit = unit_of_heading(heading_text(cell))
    return unit is not None and not unit.name


def _is_bare(meaning: Meaning) -> bool:
    """Whether a heading may be an interval all the same: 1 is a month, too."""
    return bool(meaning.month or meaning.year) and not (meaning.kind or meaning.period or meaning.key)


def _slots(rows: list[list[object]], free: list[int]) -> Slots | None:
    """The intervals of a day, in the lowest heading row; a month as a date is none."""
    cells = [rows[-1][place] for place in free]
    usable = [None if isinstance(cell, dt.datetime) else cell for cell in cells]
    slots = slots_of(usable)
    if slots is None:
        return None
    places = tuple(free[place] for place in slots.places)
    return Slots(places, slots.minutes, slots.length, slots.stamped, slots.labels, slots.is_numbered)


def _context(grid: Grid, titles: Sequence[Sequence[object]], words: Vocabulary) -> Context:
    keys: dict[str, object] = {}
    units: list[HeadingUnit] = []
    texts = []
    for row in titles:
        seen: set[str] = set()
        for place, cell in enumerate(row):
            text = heading_text(cell)
            if not text or text in seen:
                continue
            seen.add(text)
            texts.append(text)
            found = _UNIT.search(text)
            if found is not None:
                units += _units(found[1] or found[2])
            match = _LABELLED.fullmatch(text)
            beside = next((each for each in row[place + 1 :] if each is not None and each != cell), None)
            value = match[2] if match is not None and match[2] is not None else beside
            key = words.meaning(text if match is None else match[1]).key
            if key and value is not None and not words.meaning(value).key:
                keys.setdefault(key, value)
    said_by: Literal["", "title", "sheet", "file"] = "title"
    year, month = _time_of(texts)
    if not year and not month:
        said_by = "sheet"
        year, month = _time_of([grid.name.partition(":")[2]])
    if not month and not year:
        said_by = "file"
        year, month = _time_of([grid.name.partition(":")[0]])
    if "user_id" not in keys:
        account = _ACCOUNT.search(grid.name.partition(":")[2])
        if account is not None:
            keys["user_id"] = account[0]
    speaks_of_readings = any(_READINGS.search(text) for text in texts)
    speaks_of = next((kind for text in texts if (kind := other_quantity(text))), "")
    return Context(keys, year, month, said_by if year or month else "", tuple(units), speaks_of_readings, speaks_of)


def _units(text: str) -> Iterator[HeadingUnit]:
    """The units that a title names: 千瓦时、元."""
    for part in _BETWEEN_UNITS.split(text):
        found = parse_unit(part)
        if found is not None:
            yield HeadingUnit("", part, *found)


def _time_of(texts: Sequence[str]) -> tuple[int, int]:
    """The one month, or the one year, that texts name; 0 where there is none, or more than one."""
    months: set[tuple[int, int]] = set()
    years: set[int] = set()
    bare: set[int] = set()
    for text in texts:
        found = {
            (int(match[1]), int(match[2])) for pattern in (_MONTH_OF_YEAR, _COMPACT) for match in pattern.finditer(text)
        }
        months |= found
        years |= {year for year, _ in found} | {int(match[1]) for match in _YEAR.finditer(text)}
        bare |= {int(match[1]) for match in _MONTH.finditer(text)} - {month for _, month in found}
    if len(months) == 1 and len(years) == 1:
        return next(iter(months))
    year = years.pop() if len(years) == 1 and not months else 0
    return year, bare.pop() if len(bare) == 1 and not months else 0


def _twice(layout: Layout, name: str) -> list[Fault]:
    """Two columns for one key."""
    faults = []
    seen: dict[str, str] = {}
    for heading, meaning in zip(layout.headings, layout.meanings, strict=True):
        if not meaning.key or meaning == LEFT_OUT:
            continue
        first = seen.setdefault(meaning.key, heading)
        if first is not heading:
            faults.append(
                Fault(
                    name,
                    None,
                    meaning.key,
                    shorten(heading),
                    Sentence("two headings for one column: {headings}", headings=named([first, heading])),
                    Sentence("name the other one in MAP.yaml under columns: left_out"),
                )
            )
    return faults


def _lost_digits(layout: Layout, name: str) -> list[Fault]:
    """Users whose headings are numbers that a spreadsheet has shortened."""
    faults = []
    for heading, meaning in zip(layout.headings, layout.meanings, strict=True):
        if meaning.user:
            try:
                id_of(meaning.user)
            except WrongValueError as error:
                allowed = Sentence("the heading formatted as text, as the system exports it")
                faults.append(Fault(name, None, None, shorten(heading), error.sentence, allowed))
    return faults
