"""A DataFrame of orders from anywhere, read to exact arrays, with every fault in it listed at once."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from gridsim.columns import INPUT_TABLES, Column
from gridsim.errors import Fault, ScenarioError
from gridsim.sentences import YUAN_PER_MWH, Sentence, listed, verbatim
from gridsim.suggest import nearest, nearest_in_words
from gridsim.tables.faults import in_reading_order, row_faults
from gridsim.tables.fixed import FINE, reason_text, to_fixed
from gridsim.trading.order_columns import Classes, Decimals, OrderColumns, Whole, Zeros
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.trading.order_columns import Column as Amounts

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

__all__ = ["BOOK_COLUMNS", "OrderFrame", "read_orders"]

BOOK_COLUMNS = ("session", "month", "segment", "product")
"""What makes a book, in the order in which books are sorted by their texts."""

_FILE = "orders"
_COLUMNS: dict[str, Column] = {
    column.name: column for column in (*INPUT_TABLES["orders"], INPUT_TABLES["generators"]["heat_priority"])
}
_NEEDED = ("participant_id", "side", "price_yuan_per_mwh", "energy_mwh")
_DELIVERY = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|H2))?")
_TIME = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?"
_FEW_TEXTS = 4  # up to so many texts, rows that hold one are found by comparing
_FEW_CODES = 4  # codes of books up to so many times the orders need not be made dense
_NOT_A_TIME = np.iinfo(np.int64).min  # of datetime64
_MANY = 100_000  # from so many rows on blocks are worth a compiled pass being loaded


class OrderFrame(NamedTuple):
    """A frame of orders, read.

    Attributes
    ----------
    given : dict of str to Series
        The columns of the frame by their English names.
    columns : OrderColumns
        Books ascend in the text order of session, month, segment, product; times are in the unit of their column.
    """

    given: dict[str, pd.Series]
    columns: OrderColumns


def read_orders(frame: pd.DataFrame, *, at_once: bool = False) -> OrderFrame:
    """Read a frame of orders with the columns of the ``orders`` table, and perhaps ``heat_priority``.

    Parameters
    ----------
    frame : DataFrame
    at_once : bool
        Otherwise long columns of floats are read in blocks, when they are needed. If one holds what is not plain, a
        fault perhaps, NotPlainError comes out then, and all is to be read at once.

    Raises
    ------
    TypeError
        Not a DataFrame.
    ScenarioError
        Lists every fault.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"orders must be a pandas DataFrame, not {type(frame).__name__}")
    faults: list[Fault] = []
    given = _by_name(frame, faults)
    length = len(frame)
    if "participant_id" in given:
        _Texts(given["participant_id"]).report_missing("participant_id", faults)
    columns = OrderColumns(
        book=_books(given, length, faults),
        is_sell=_sides(given["side"], faults) if "side" in given else np.zeros(length, dtype=bool),
        price=_amounts("price_yuan_per_mwh", PRICE_DECIMALS, given, faults, at_once=at_once),
        energy=_amounts("energy_mwh", ENERGY_DECIMALS, given, faults, at_once=at_once),
        priority=Classes(_flags(given["heat_priority"], faults)) if "heat_priority" in given else Zeros(),
        time=Whole(_times(given["submitted_at"], faults)) if "submitted_at" in given else Zeros(),
    )
    if faults and not at_once:
        return read_orders(frame, at_once=True)  # what was put off may have faults as well
    if faults:
        raise ScenarioError(in_reading_order(faults, [_FILE]))
    return OrderFrame(given, columns)


def _by_name(frame: pd.DataFrame, faults: list[Fault]) -> dict[str, pd.Series]:
    """The known columns by their English names; Chinese headings are accepted as in a scenario folder."""
    by_heading = {heading: name for name, column in _COLUMNS.items() for heading in (name, *column.zh)}
    everything = Sentence("the columns of {table}: {codes}", table=_FILE, codes=", ".join(_COLUMNS))
    given: dict[str, pd.Series] = {}
    unknown: list[tuple[int, str]] = []
    for position, heading in enumerate(map(str, frame.columns)):
        name = by_heading.get(heading)
        if name is None:
            unknown.append((position, heading))
        elif name in given:
            faults.append(
                Fault(_FILE, None, name, heading, Sentence("two headings for one column"), Sentence("one heading"))
            )
        else:
            given[name] = frame.iloc[:, position]
    for position, heading in unknown:
        meant = nearest(heading, [name for name in _COLUMNS if name not in given])
        hint = None
        if meant is not None:
            given[meant] = frame.iloc[:, position]  # so that what is wrong in it comes to light at the same time
            what = Sentence("{name}, which is missing", name=meant) if meant in _NEEDED else verbatim(meant)
            hint = Sentence("nearest: {name}", name=what)
        faults.append(Fault(_FILE, None, heading, None, Sentence("unknown column"), listed(hint, everything)))
    for name in _NEEDED:
        if name not in given:
            faults.append(Fault(_FILE, None, name, None, Sentence("missing column"), everything))
    return given


class _Texts:
    """A column of texts as codes into its distinct texts in ascending (code point) order; −1 is an empty cell."""

    def __init__(self, column: pd.Series) -> None:
        self.column = column
        if isinstance(column.array, pd.Categorical):
            self._found, categories = column.array.codes, column.array.categories
        else:
            self._found, categories = pd.factorize(column)
        values = categories.tolist()
        self._raw = values if isinstance(categories.dtype, pd.StringDtype) else list(map(str, values))

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts, ascending."""
        return sorted({text for text in self._raw if text.strip()})

    @cached_property
    def _code_of_found(self) -> Ints:
        """The code of each text in the order found; behind the last one stands that of an empty cell, found as −1."""
        place = {text: code for code, text in enumerate(self.texts)}
        return np.array([*(place.get(text, -1) for text in self._raw), -1], dtype=np.int64)

    @cached_property
    def codes(self) -> Ints:
        """The code of each row."""
        codes: Ints = self._code_of_found[self._found]
        return codes

    def where(self, chosen: Callable[[str], bool]) -> Bools:
        """The rows whose text is chosen; that of an empty cell is empty.

        Read off the codes as they were found, which take an eighth of the memory, and without sorting the texts.
        """
        found = [code for code, text in enumerate(self._raw) if chosen(text.strip() and text)]
        if chosen(""):
            found.append(-1)
        is_here: Bools
        if len(found) > _FEW_TEXTS:
            is_chosen = np.zeros(len(self._raw) + 1, dtype=bool)
            is_chosen[found] = True
            is_here = is_chosen[self._found]
        else:
            is_here = np.equal(self._found, found[0]) if found else np.zeros(len(self._found), dtype=bool)
            for code in found[1:]:
                is_here |= self._found == code
        return is_here

    def report_missing(self, name: str, faults: list[Fault]) -> None:
        if self._found.min(initial=0) >= 0 and all(map(str.strip, self._raw)):
            return  # as a rule
        self._report(name, self.where(lambda text: not text), Sentence("empty cell"), _in_words(name), faults)

    def report_unknown(self, name: str, is_known: Callable[[str], bool], faults: list[Fault]) -> None:
        """A fault for each cell whose text is not known."""
        wrong = [not is_known(text) for text in self.texts]
        if not any(wrong):
            return
        values = _COLUMNS[name].values or ("true", "false")
        hints = {text: nearest(text, values) for text, is_wrong in zip(self.texts, wrong, strict=True) if is_wrong}

        def allowed(row: int) -> Sentence:
            meant = hints[self.texts[self.codes[row]]]
            return listed(nearest_in_words(meant), _in_words(name))

        self._report(name, np.array([*wrong, False])[self.codes], Sentence("unknown value"), allowed, faults)

    def _report(
        self,
        name: str,
        is_bad: Bools,
        message: Sentence,
        allowed: Sentence | Callable[[int], Sentence],
        faults: list[Fault],
    ) -> None:
        faults.extend(row_faults(_FILE, np.flatnonzero(is_bad), name, _shown(self.column), message, allowed))


def _in_words(name: str) -> Sentence:
    """What may stand in a column."""
    column = _COLUMNS[name]
    words = {
        "energy": Sentence("a number of MWh above 0, at most 3 decimals"),
        "price": Sentence(
            "a number of {unit}, 0 or above, at most {decimals} decimals",
            unit=YUAN_PER_MWH,
            decimals=PRICE_DECIMALS,
        ),
        "bool": Sentence("true, false, or empty for false"),
        "enum": verbatim(", ".join(column.values)),
        "delivery": Sentence("a month YYYY-MM, a year YYYY, or its second half YYYY-H2"),
        "time": Sentence("local time YYYY-MM-DD HH:MM:SS without zone"),
    }.get(column.kind, Sentence("text"))
    return listed(words, Sentence("may be empty") if name == "segment" else None)


def _shown(column: pd.Series) -> Callable[[int], str | None]:
    def value(row: int) -> str | None:
        cell = column.iloc[row]
        is_missing = pd.api.types.is_scalar(cell) and pd.isna(cell)
        return None if is_missing else str(cell)

    return value


def _books(given: dict[str, pd.Series], length: int, faults: list[Fault]) -> Ints | None:
    """The book of each order; without any column that tells books apart, all are one (None)."""
    names = [name for name in BOOK_COLUMNS if name in given]
    if not names:
        return None
    book = np.zeros(length, dtype=np.int64)
    books = 1
    for name in names:
        texts = _Texts(given[name])
        if name != "segment":
            texts.report_missing(name, faults)
        if name == "month":
            texts.report_unknown(name, lambda text: _DELIVERY.fullmatch(text) is not None, faults)
        elif name != "session":
            texts.report_unknown(name, _COLUMNS[name].values.__contains__, faults)
        book = book * (len(texts.texts) + 1) + texts.codes + 1  # what is empty comes first
        books *= len(texts.texts) + 1
        if books > _FEW_CODES * length:
            book, found = pd.factorize(book, sort=True)
            book, books = book.astype(np.int64), len(found)
    return book


def _sides(column: pd.Series, faults: list[Fault]) -> Bools:
    texts = _Texts(column)
    texts.report_missing("side", faults)
    texts.report_unknown("side", _COLUMNS["side"].values.__contains__, faults)
    return texts.where("sell".__eq__)


def _amounts(name: str, decimals: int, given: dict[str, pd.Series], faults: list[Fault], *, at_once: bool) -> Amounts:
    if name not in given:
        return Zeros()
    column = given[name]
    is_positive = _COLUMNS[name].positive
    if column.dtype == np.float64 and len(column) >= _MANY and not at_once:
        return Decimals(_array(column), decimals, least=1 if is_positive else 0)
    values, reasons = to_fixed(column, decimals)
    if not reasons.any() and values.min(initial=1) > 0:
        return Whole(values)
    is_read = reasons == FINE
    wrong = [(reasons == reason, reason_text(reason, decimals)) for reason in np.unique(reasons[~is_read]).tolist()]
    wrong.append((values < 0, Sentence("negative")))
    if is_positive:
        wrong.append((is_read & (values == 0), Sentence("zero")))
    for is_bad, message in wrong:
        rows = np.flatnonzero(is_bad)
        faults.extend(row_faults(_FILE, rows, name, _shown(column), message, _in_words(name)))
    return Whole(values)


def _array(column: pd.Series) -> NDArray[Any]:
    """The memory of a column itself; ``to_numpy`` forbids to write to it, and kernels would make a copy for that."""
    return np.asarray(column.array)


def _flags(column: pd.Series, faults: list[Fault]) -> Bools:
    """True, false, the same as text, or empty for false."""
    if column.dtype == np.bool_:
        return _array(column)
    texts = _Texts(column)
    texts.report_unknown("heat_priority", lambda text: text.lower() in ("true", "false"), faults)
    return texts.where(lambda text: text.lower() == "true")


def _times(column: pd.Series, faults: list[Fault]) -> Ints:
    """Instants in whatever unit the column has."""
    if column.dtype.kind == "M" and isinstance(column.dtype, np.dtype):
        numbers: Ints = _array(column).view(np.int64)
        if numbers.min(initial=0) > _NOT_A_TIME:
            return numbers
    instants = _instants(column)
    has_zone = instants.dt.tz is not None
    is_wrong = instants.isna().to_numpy() | has_zone
    if not is_wrong.any():
        return _array(instants).view(np.int64)
    is_missing = column.isna().to_numpy(dtype=bool)
    for is_bad, message in (
        (is_missing, Sentence("empty cell")),
        (~is_missing & is_wrong, Sentence("a time with a zone") if has_zone else Sentence("not a time")),
    ):
        rows = np.flatnonzero(is_bad)
        faults.extend(row_faults(_FILE, rows, "submitted_at", _shown(column), message, _in_words("submitted_at")))
    return np.zeros(len(column), dtype=np.int64)


def _instants(column: pd.Series) -> pd.Series:
    """The column as datetime64 (perhaps with a zone); NaT where a cell is no ISO time."""
    if isinstance(column.dtype, pd.ArrowDtype):
        column = pa.array(column).to_pandas()
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "datetime64" and column.dtype != object:
        return column
    if kind == "string":
        text = column.astype("str").str.strip()
        return pd.to_datetime(text.where(text.str.fullmatch(_TIME)), format="ISO8601", errors="coerce")
    if kind in ("datetime", "datetime64", "date", "empty"):
        return pd.to_datetime(column, errors="coerce")
    return pd.Series(np.full(len(column), np.datetime64("NaT", "us")))
