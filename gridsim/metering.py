"""Which months of a run are metered and which are a forecast, as its manifest has it, and how that is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridsim.calendar import months_of
from gridsim.words import Language

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FORECAST", "METERED", "MarksForecasts", "forecast_months", "forecast_told", "months_table", "months_told"]

METERED, FORECAST = "metered", "forecast"


def forecast_months(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The months that are a forecast, ascending; none where a year is metered as a whole, or where nobody says."""
    return tuple(manifest["scenario"].get("forecast_months", ()))


def months_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """The months of the year, and of each whether it is metered or a forecast (`gridsim.Result.months`)."""
    import pandas as pd

    months, forecast = months_of(manifest["scenario"]["year"]), forecast_months(manifest)
    metering = [FORECAST if month in forecast else METERED for month in months]
    return pd.DataFrame({"month": months, "metering": metering}, dtype="str")


def months_told(forecast: Sequence[str], year: int, words: Language) -> str:
    """A sentence on which months are which; empty where all are metered.

    Parameters
    ----------
    forecast : sequence of str
        Ascending.
    year : int
    words : Language
    """
    if not forecast:
        return ""
    words = Language(words.lang)  # no mark behind a month of which the sentence says it
    before = [month for month in months_of(year) if month < forecast[0]]
    shown = _span(forecast, words)
    if not before:
        return words.say("{forecast}: a forecast; nothing is metered yet.", forecast=shown)
    return words.say("{metered}: metered; {forecast}: a forecast.", metered=_span(before, words), forecast=shown)


def forecast_told(month: str, forecast: Collection[str], words: Language) -> str:
    """What is said first of a month that is a forecast; empty of one that is metered."""
    if month not in forecast:
        return ""
    return words.say("This month is a forecast: nothing is metered yet, and what will be paid is another sum.")


def _span(months: Sequence[str], words: Language) -> str:
    """Months that follow each other as from one to the other."""
    first, last = months[0], months[-1]
    if int(last[5:]) - int(first[5:]) != len(months) - 1:
        return words.listed(map(words.month, months))
    told = words.month(first)
    return told if first == last else words.say("{first} to {last}", first=told, last=words.month(last))


class MarksForecasts(Language):
    """Says months in one language, and of those that are a forecast that they are."""

    forecast: Collection[str] = ()

    def month(self, month: str) -> str:
        return self.as_metered(month, super().month(month))

    def delivery(self, delivery: str) -> str:
        """What is traded, which is no forecast."""
        return Language(self.lang).delivery(delivery)

    def as_metered(self, month: str, text: str) -> str:
        """A text that stands for a month, with the mark of a forecast behind it where it is one."""
        return self.say("{month} (forecast)", month=text) if month in self.forecast else text
