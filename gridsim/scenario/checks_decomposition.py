"""A delivery of several months must have something to be split by (rulebook parts 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridsim.calendar import delivery_months, is_month, months_of
from gridsim.errors import Fault
from gridsim.scenario.draft import Draft
from gridsim.words import Sentence

__all__ = ["typical_curves"]


def typical_curves(draft: Draft) -> Iterator[Fault]:
    """A delivery in whose months the typical curve has no weight at all."""
    if draft.year is None or draft.rules is None:
        return
    decomposition = draft.rules.values.decomposition
    if decomposition.method != "typical_curve":
        return
    weight_of_month = dict(zip(months_of(draft.year), decomposition.typical_curve, strict=True))
    for name in ("bilateral", "orders", "deals"):
        table = draft.get(name, "month")
        if table is None:
            continue
        weightless = [
            not is_month(delivery)
            and not any(weight_of_month[month] for month in delivery_months(delivery, draft.year))
            for delivery in table.categories("month")
        ]
        rows = np.flatnonzero(table.usable("month") & np.array([*weightless, False])[table.codes("month")])
        message = Sentence("the rule set's decomposition.typical_curve gives every month of this delivery the weight 0")
        yield from table.faults(
            rows, "month", message, Sentence("a month YYYY-MM, or a curve with weight in the delivery")
        )
