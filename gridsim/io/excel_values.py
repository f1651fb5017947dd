"""Values of cells as Excel itself has them: numbers of fifteen significant digits, times to the minute.

A workbook stores the nearest binary number: 57.7 comes out of many programs as 57.699999999999996, and 08:15 as an
instant some milliseconds away from it. Excel shows, compares and copies fifteen digits (ADR 0013).
"""

from __future__ import annotations

import datetime as dt

__all__ = ["plain_number", "plain_value"]

_DIGITS = 15
_HALF_A_SECOND = dt.timedelta(seconds=0.5)
_MINUTE = dt.timedelta(minutes=1)


def plain_number(value: float) -> float:
    """The number of fifteen significant digits that is nearest.

    Examples
    --------
    >>> plain_number(57.699999999999996)
    57.7
    """
    return float(f"{value:.{_DIGITS}g}")


def plain_value(value: object) -> object:
    """A cell as Excel has it: a number of fifteen digits; an instant less than half a second from a minute as that.

    Other instants are taken to the millisecond. A midnight is a date, as that of a cell that holds whole days is.

    Parameters
    ----------
    value : object
        As calamine gives it.
    """
    if isinstance(value, float):
        return plain_number(value)
    if not isinstance(value, dt.datetime):
        return value
    past = dt.timedelta(seconds=value.second, microseconds=value.microsecond)
    if not past:
        return value
    if past < _HALF_A_SECOND:
        value -= past
    elif _MINUTE - past < _HALF_A_SECOND:
        value += _MINUTE - past
    else:
        return value.replace(microsecond=0) + dt.timedelta(microseconds=round(value.microsecond, -3))
    return value.date() if value.time() == dt.time() else value
