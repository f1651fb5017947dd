"""The trading sessions of a whole year 2021, on days that the rulebook's calendar allows (rulebook part 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["BILATERAL_SESSION", "BILATERAL_WORKING_DAYS", "MATCHED_SESSIONS", "MatchedSession"]

BILATERAL_SESSION = ("AB-2021", "annual_bilateral", "2020-12-01", "2020-12-07T09:00:00", "2020-12-18T17:00:00")
BILATERAL_WORKING_DAYS = np.array([*range(7, 12), *range(14, 19)]) + np.datetime64("2020-11-30", "D")


@dataclass(frozen=True, slots=True)
class MatchedSession:
    """A matched session of one working day, from nine to five.

    Parameters
    ----------
    name : str
    kind : str
    announced_on, held_on : str
        ISO dates.
    delivery : str
    segment : str
        ``mid``, ``late`` or empty.
    months : tuple of int
        The months that it delivers, 0 is January.
    """

    name: str
    kind: str
    announced_on: str
    held_on: str
    delivery: str
    segment: str
    months: tuple[int, ...]


# Month delivered, announced, held: announced before the 20th of the month before.
_MONTHLY = (
    (2, "01-18", "01-25"),
    (3, "02-18", "02-24"),
    (4, "03-17", "03-24"),
    (5, "04-16", "04-23"),
    (6, "05-18", "05-25"),
    (7, "06-17", "06-25"),
    (8, "07-16", "07-23"),
    (9, "08-17", "08-24"),
    (10, "09-16", "09-24"),
    (11, "10-18", "10-25"),
    (12, "11-17", "11-24"),
)

# Announced and held, for the middle ten days and for the last: announced before the 5th and the 15th.
_INTRA_MONTH = (
    (1, ("04", "07"), ("13", "18")),
    (2, ("03", "08"), ("10", "18")),
    (3, ("03", "08"), ("12", "17")),
    (4, ("02", "08"), ("14", "19")),
    (5, ("04", "07"), ("14", "18")),
    (6, ("03", "08"), ("11", "17")),
    (7, ("02", "07"), ("14", "19")),
    (8, ("04", "09"), ("13", "18")),
    (9, ("03", "08"), ("14", "17")),
    (10, ("04", "08"), ("14", "18")),
    (11, ("04", "08"), ("12", "17")),
    (12, ("03", "08"), ("14", "17")),
)

MATCHED_SESSIONS = (
    MatchedSession("AM-2021", "annual_matched", "2020-12-18", "2020-12-22", "2021", "", tuple(range(12))),
    MatchedSession("HY-2021", "half_year", "2021-06-18", "2021-06-23", "2021-H2", "", tuple(range(6, 12))),
    *(
        MatchedSession(
            f"M-2021-{month:02d}", "monthly", f"2021-{announced}", f"2021-{held}", f"2021-{month:02d}", "", (month - 1,)
        )
        for month, announced, held in _MONTHLY
    ),
    *(
        MatchedSession(
            f"I-2021-{month:02d}-{segment}",
            "intra_month",
            f"2021-{month:02d}-{announced}",
            f"2021-{month:02d}-{held}",
            f"2021-{month:02d}",
            segment,
            (month - 1,),
        )
        for month, *segments in _INTRA_MONTH
        for segment, (announced, held) in zip(("mid", "late"), segments, strict=True)
    ),
)
