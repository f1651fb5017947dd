"""One line of the compliance report, and how its figures are written."""

from __future__ import annotations

from typing import NamedTuple

from gridsim.units import ENERGY_DECIMALS, RATIO_DECIMALS, format_fixed, round_half_up

__all__ = ["Row", "energy_text", "mean_energy_text", "ratio_text", "short_energy", "short_ratio"]

_SHARE_DECIMALS = 6


class Row(NamedTuple):
    """What a check says of one subject. Empty texts are None; `passed` None is for the reader to judge."""

    check: str
    subject: str
    month: str | None
    value: str | None
    limit: str | None
    passed: bool | None
    clause: str
    detail: str

    @property
    def measure(self) -> str | None:
        """What tells rows of one check and subject apart: the word before a detail's first colon."""
        keyword = self.detail.partition(":")[0]
        return None if keyword == "value" else keyword


def ratio_text(numerator: int, denominator: int) -> str | None:
    """A ratio to six decimals, half up; None over nothing."""
    if denominator == 0:
        return None
    return format_fixed(round_half_up(numerator * 10**_SHARE_DECIMALS, denominator), _SHARE_DECIMALS)


def energy_text(energy_kwh: int) -> str:
    """kWh as MWh."""
    return format_fixed(energy_kwh, ENERGY_DECIMALS)


def mean_energy_text(energy_kwh: int, count: int) -> str:
    """The mean of `count` energies in MWh, to the kWh, half up."""
    return energy_text(round_half_up(energy_kwh, count))


def short_energy(energy_kwh: int) -> str:
    """kWh as MWh without idle zeros: a limit as the notice writes it."""
    return energy_text(energy_kwh).rstrip("0").rstrip(".")


def short_ratio(ratio: int) -> str:
    """10⁻⁴ without idle zeros."""
    return format_fixed(ratio, RATIO_DECIMALS).rstrip("0").rstrip(".")
