"""Collecting what is wrong with a plan, in words that help."""

from __future__ import annotations

from decimal import Decimal

from gridsim.errors import Fault, WrongValueError
from gridsim.rules.reading import Report
from gridsim.units import RATIO_DECIMALS, fixed_point
from gridsim.words import Sentence

__all__ = ["PlanReport"]


class PlanReport(Report):
    """The faults of one plan."""

    def ratio(self, value: object, place: tuple[str | int, ...], allowed: Sentence) -> int | None:
        """A decimal as an integer of 10⁻⁴; None, and a fault, if it is none."""
        try:
            if not isinstance(value, str | int | float | Decimal):
                raise WrongValueError(Sentence("not a number"))
            return fixed_point(value.strip() if isinstance(value, str) else value, RATIO_DECIMALS)
        except WrongValueError as error:
            exactly = Sentence("{what}, at most {decimals} decimals", what=allowed, decimals=RATIO_DECIMALS)
            self.add(place, value, error.sentence, exactly)
            return None

    def in_order(self) -> list[Fault]:
        """The faults as the file is read, each once."""
        unique = dict.fromkeys(self.faults)
        return sorted(unique, key=lambda fault: (fault.count > 1, fault.row is not None, fault.row or 0))
