"""Times and dates from the outside as instants of local time, to the microsecond."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridsim.calendar import SPREADSHEET_DAY_0
from gridsim.columns import Column
from gridsim.tables.encoded import Encoded, encode
from gridsim.tables.raw import ConvertedColumn, narrow, text_of_cell
from gridsim.tables.typed import time_of
from gridsim.words import Sentence, listed

__all__ = ["convert_times", "time_of_serial"]

_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?$"
_ZONE = re.compile(r".*\d[T ]\d.*?([zZ]|[+-]\d{2}(:?\d{2})?)", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?", re.ASCII)  # as spreadsheets number the days from 1954 to 2118
_OF_STARTS, _OF_ENDS = "starts_at", "ends_at"
_MIDNIGHT = re.compile(r"(?<=[T ])24:00(:00(\.0+)?)?$", re.ASCII)  # the end of a day
_END_HINT = Sentence("24:00 is the end of an interval: of such stamps the heading is ends_at (结束时间)")
_LENGTH_OF_A_DATE = 10
_LAST_SECOND = np.timedelta64(24 * 3600 - 1, "s")
_DAY = np.timedelta64(1, "D")

_MICROSECONDS = pa.timestamp("us")
# What is beyond them no text can name.
_YEARS = np.datetime64("0001-01-01", "D"), np.datetime64("9999-12-31", "D")

Times = NDArray[np.datetime64]


def convert_times(array: pa.Array, column: Column, allowed: Sentence) -> ConvertedColumn:
    """A column of kind time or date as ``datetime64[us]``.

    A date alone is its first instant; as ``closes_at`` its last second (rulebook part 3). Seconds left out are zero.

    Parameters
    ----------
    array : Arrow array
        Texts, dates or timestamps.
    column : Column
    allowed : Sentence
        What may stand there, for the messages.

    Returns
    -------
    ConvertedColumn
        ``values`` is datetime64[us], NaT where nothing stands or nothing could be read.
    """
    quick = _plain_instants(array, column)
    if quick is not None:
        return ConvertedColumn(quick)
    if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
        cells, is_date_alone = _of_instants(array, allowed)
        missing = np.array(array.is_null())
    else:
        encoded = encode(array)
        cells, is_date_alone = _of_texts(encoded, allowed, column)
        missing = encoded.codes < 0
    if not column.optional:
        cells.add(np.flatnonzero(missing), Sentence("empty cell"), allowed, lambda _: None)
        cells.mark_bad(missing)
    if column.kind == "date":  # the hour of an announcement means nothing
        cells.values = cells.values.astype("datetime64[D]").astype("datetime64[us]")
    if column.name == "closes_at":
        cells.values = np.where(is_date_alone, cells.values + _LAST_SECOND, cells.values)
    return cells


def time_of_serial(serial: float) -> str:
    """The time that a spreadsheet means by a number of days, to the second."""
    time = dt.datetime.combine(SPREADSHEET_DAY_0, dt.time()) + dt.timedelta(seconds=round(serial * 24 * 3600))
    return time.isoformat(" ")


def _plain_instants(array: pa.Array, column: Column) -> Times | None:
    """A column of microseconds without any gap and of years that there are, which needs no closer look; or None."""
    if array.type != _MICROSECONDS or array.null_count or not len(array) or column.kind == "date":
        return None
    times: Times = np.asarray(array)
    return times if times.min() >= _YEARS[0] and times.max() < _YEARS[1] else None


def _of_instants(array: pa.Array, allowed: Sentence) -> tuple[ConvertedColumn, NDArray[np.bool_]]:
    """Dates or timestamps, as Parquet, Excel and pandas have them."""

    def shown(position: int) -> str | None:
        try:
            return text_of_cell(array[position].as_py())
        except (OverflowError, ValueError):  # a year that Python's dates do not have
            return str(array[position].value)

    is_date = pa.types.is_date(array.type)
    given = np.array(array.is_valid())
    is_date_alone = given if is_date else np.zeros(len(array), dtype=bool)
    if not is_date and array.type.tz is not None:
        cells = ConvertedColumn(np.full(len(array), np.datetime64("NaT", "us")))
        cells.add(
            np.flatnonzero(given), Sentence("a time with a zone"), listed(allowed, Sentence("write local time")), shown
        )
        cells.mark_bad(given)
        return cells, is_date_alone
    unit = "D" if array.type == pa.date32() else "ms" if is_date else array.type.unit
    numbers = np.asarray(pc.fill_null(array.cast(pa.int32() if unit == "D" else pa.int64()), 0)).astype(np.int64)
    beyond = np.zeros(len(array), dtype=bool)
    if unit != "ns":  # whose int64 ends in 1677 and 2262
        first, end = (time.astype(f"datetime64[{unit}]").astype(np.int64) for time in _YEARS)
        beyond = given & ((numbers < first) | (numbers >= end))
    times = np.where(beyond | ~given, 0, numbers).astype(f"datetime64[{unit}]").astype("datetime64[us]")
    times[beyond | ~given] = np.datetime64("NaT", "us")
    cells = ConvertedColumn(times)
    cells.add(np.flatnonzero(beyond), Sentence("no such day or hour"), allowed, shown)
    cells.mark_bad(beyond)
    if unit == "ns":
        finer = given & (numbers % 1_000 != 0)
        cells.add(
            np.flatnonzero(finer), Sentence("finer than a microsecond"), allowed, lambda position: str(array[position])
        )
        cells.mark_bad(finer)
    return cells, is_date_alone


def _of_texts(encoded: Encoded, allowed: Sentence, column: Column) -> tuple[ConvertedColumn, NDArray[np.bool_]]:
    """ISO 8601 texts, and what people type that has the same order; each distinct one read once."""
    texts = [text.strip(" \t") for text in encoded.texts]
    is_next_day = np.array([bool(_MIDNIGHT.search(text)) for text in texts], dtype=bool)
    if column.name == _OF_ENDS:
        texts = [_MIDNIGHT.sub("00:00", text) for text in texts]
    instants = _parse(texts)
    typed = {place: time_of(texts[place]) for place in np.flatnonzero(np.isnat(instants)).tolist()}
    for place, time in typed.items():
        texts[place] = time or texts[place]
    if any(typed.values()):
        instants = _parse(texts)
    if column.name == _OF_ENDS:
        instants[is_next_day] += _DAY
    wrong = np.isnat(instants)
    by_code = np.append(instants, np.datetime64("NaT", "us"))
    cells = ConvertedColumn(by_code[encoded.codes])
    reasons: dict[Sentence, list[int]] = {}
    for code in np.flatnonzero(wrong):
        reasons.setdefault(_why_no_time(texts[code]), []).append(int(code))

    def allowed_at(position: int) -> Sentence:
        code = encoded.codes[position]
        of_end = _END_HINT if column.name == _OF_STARTS and is_next_day[code] else None
        return listed(allowed, of_end, _like_a_time(texts[code]))

    for reason, codes in reasons.items():
        chosen = np.zeros(len(texts), dtype=bool)
        chosen[codes] = True
        cells.add(encoded.rows_of(chosen), reason, allowed_at, encoded.text)
    cells.mark_bad(np.append(wrong, False)[encoded.codes])
    alone = np.array([len(text) == _LENGTH_OF_A_DATE for text in texts], dtype=bool) & ~wrong
    return cells, np.append(alone, False)[encoded.codes]


def _parse(texts: list[str]) -> Times:
    """Instants of ISO texts; NaT for what is none."""
    array = pa.array(texts, pa.string())
    shaped = np.array(pc.match_substring_regex(array, _TIME), dtype=bool)
    instants: Times = np.full(len(texts), np.datetime64("NaT", "us"))
    if not shaped.any():
        return instants
    try:
        read = array.filter(pa.array(shaped)).cast(pa.timestamp("us"))
        instants[shaped] = np.array(read).astype("datetime64[us]")
    except pa.ArrowInvalid:  # the right shape, but no such day or hour: look at each
        for position in np.flatnonzero(shaped):
            instants[position] = _parse_one(texts[position])
    instants[instants < _YEARS[0]] = np.datetime64("NaT", "us")  # a year 0
    return instants


def _parse_one(text: str) -> np.datetime64:
    try:
        return np.datetime64(dt.datetime.fromisoformat(text), "us")
    except ValueError:
        return np.datetime64("NaT", "us")


def _why_no_time(text: str) -> Sentence:
    if _ZONE.fullmatch(text):
        return Sentence("a time with a zone")
    if re.fullmatch(_TIME[1:-1], text):
        return Sentence("no such day or hour")
    return Sentence("not an ISO 8601 time")


def _like_a_time(text: str) -> Sentence | None:
    """What the number of a day means, to a spreadsheet."""
    plain = narrow(text)
    if not _SERIAL.fullmatch(plain):
        return None
    return Sentence(
        "a spreadsheet's number of a day? give the cell a date format, or write {what}",
        what=time_of_serial(float(plain)),
    )
