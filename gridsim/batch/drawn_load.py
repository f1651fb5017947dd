"""How a batch draws metered energy: given × common(month) × own(user, month) × period(user, month, period).

The model is what a plan says. What it comes to are tables of quantiles that the kernels draw from; every draw stays in
int64 because the largest one does, which is checked beforehand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gridsim.core.draws.draw import (
    FACTOR_BITS,
    FACTOR_HALF,
    FACTOR_ONE,
    OCTAVES,
    SCORE_TABLE_SIZE,
    SEGMENTS,
    Z_BITS,
    Z_RANGE,
    FactorTables,
)
from gridsim.errors import Fault, ScenarioError, WrongValueError
from gridsim.scenario.checks import VALUE_CHECKS, check
from gridsim.scenario.scaling import months_that_vary, rows_that_vary
from gridsim.scenario.vary import draft_of
from gridsim.suggest import nearest, nearest_in_words
from gridsim.units import ENERGY_DECIMALS, INT64_MAX, format_fixed
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Quantiles = Callable[[Floats], Floats]

__all__ = [
    "LARGEST_DRAW",
    "LARGEST_SEED",
    "Correlation",
    "Distribution",
    "LoadModel",
    "LoadTables",
    "OwnDistribution",
    "check_largest_draw",
    "check_seed",
    "compile_load",
    "load_of",
]

_CONVENIENT = ("lognormal", "normal")
_LARGEST = 4096
"""No cell is multiplied by more: the kernels' integers hold that."""
_BLEND_BITS = 30
_NOTHING = np.empty(0, dtype=np.int64)


class _Model(BaseModel):
    """Immutable, and nothing else fits in."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Distribution(_Model):
    """The distribution of a factor. A quantile below zero counts as zero: energy is never negative.

    Attributes
    ----------
    distribution : str
        ``lognormal``: exp(σ z); ``normal``: 1 + σ z; or any continuous distribution of scipy.stats by its name.
    sigma : float, optional
        σ of ``lognormal`` and ``normal``, which need it.
    centre : {"mean", "median"}
        Which of the two is 1 in ``lognormal``. With ``mean`` (times exp(−σ²/2)) the drawn energies are on average what
        was given; with ``median`` they are as often above as below it.
    parameters : dict of str to float
        Shape parameters, ``loc`` and ``scale`` of a scipy.stats distribution.
    """

    distribution: Annotated[str, Field(min_length=1)]
    sigma: Annotated[float | None, Field(ge=0, le=10)] = None
    centre: Literal["mean", "median"] = "mean"
    parameters: dict[str, float] = {}

    @model_validator(mode="after")
    def _fits_together(self) -> Distribution:
        if self.distribution in _CONVENIENT:
            if self.sigma is None:
                raise WrongValueError(Sentence("{name} needs sigma", name=self.distribution))
            if self.parameters:
                raise WrongValueError(Sentence("{name} has sigma and no parameters", name=self.distribution))
        elif self.sigma is not None:
            told = Sentence("sigma belongs to lognormal and normal; scipy.stats takes parameters")
            raise WrongValueError(listed(told, nearest_in_words(nearest(self.distribution, _CONVENIENT))))
        if self.centre != "mean" and self.distribution != "lognormal":
            raise WrongValueError(Sentence("only lognormal has a choice of centre"))
        return self


class Correlation(_Model):
    """What users have in common: a Gaussian copula with a part that all users of one class share in a month.

    Attributes
    ----------
    by : {"tariff_class"}
        Who share it.
    share : float
        ρ: the correlation of the normal scores of two users of one class, 0 to 1.
    """

    by: Literal["tariff_class"] = "tariff_class"
    share: Annotated[float, Field(ge=0, le=1)] = 0.5


class OwnDistribution(Distribution):
    """The factor of a user in a month.

    Attributes
    ----------
    correlation : Correlation, optional
        Users draw independently if it is left out. The word ``industry`` stands for the defaults of `Correlation`:
        the tariff class is what a scenario knows of a user's industry.
    """

    correlation: Correlation | None = None

    @field_validator("correlation", mode="before")
    @classmethod
    def _word(cls, value: Any) -> Any:
        return {} if value == "industry" else value


class LoadModel(_Model):
    """Which factors a metered energy is multiplied by in each draw; those left out are 1.

    Attributes
    ----------
    common : Distribution, optional
        One factor a month for all users.
    own : OwnDistribution, optional
        One factor for each user and month.
    period : Distribution, optional
        One factor for each user, month and period.

    Examples
    --------
    >>> made = gridsim.batch.plan_from_dict(plan)
    >>> made.load.own.sigma, made.load.common
    (0.1, None)
    """

    common: Distribution | None = None
    own: OwnDistribution | None = None
    period: Distribution | None = None


@dataclass(frozen=True, eq=False)
class LoadTables:
    """What a load model comes to.

    Attributes
    ----------
    common : int64 array
        Factors of the common part by probability; empty if there is none.
    factors : FactorTables
        Of the other parts.
    largest : int
        The largest product of all factors [2⁻²⁴].
    drawn : (12,) bool array
        The months that are drawn: all but those that are metered to date.
    digest : str
        SHA-256 of the tables. Another version of scipy may compute a quantile that differs in the last bit; then the
        digest differs too, and results are not mixed.
    """

    common: Ints
    factors: FactorTables
    largest: int
    drawn: Flags
    digest: str


def compile_load(load: LoadModel, file: str = "load") -> LoadTables:
    """Tabulate the quantiles of a load model.

    Parameters
    ----------
    load : LoadModel
    file : str
        What faults name as their place.

    Raises
    ------
    ScenarioError
        An unknown distribution, parameters that it refuses, or tails too heavy: a factor above 127, or a product of
        the largest factors above 4,096.
    """
    return _compiled(load.model_dump_json(), file)


@lru_cache(maxsize=16)  # every point of a sweep asks for the same
def _compiled(text: str, file: str) -> LoadTables:
    load = LoadModel.model_validate_json(text)
    faults: list[Fault] = []
    tables: dict[str, Ints] = {"common": _NOTHING, "own": _NOTHING, "own_by_score": _NOTHING, "period": _NOTHING}
    blend = np.zeros(2, dtype=np.int64)
    largest = FACTOR_ONE
    for part in ("common", "own", "period"):
        distribution: Distribution | None = getattr(load, part)
        if distribution is None:
            continue
        correlation = getattr(distribution, "correlation", None)
        try:
            below, above = _quantiles(distribution)
            if correlation is None:
                tables[part], most = _by_probability(below, above, FACTOR_BITS)
            else:
                blend = _blend(correlation.share)
                tables["own"], _ = _by_probability(*_normal(1.0, 0.0), Z_BITS)
                tables["own_by_score"], most = _by_score(below, above, blend)
        except _RefusedError as error:
            faults.append(Fault(file, None, f"load.{part}.{error.key}", error.value, error.sentence, error.allowed))
            continue
        largest = (largest * most + FACTOR_HALF) >> FACTOR_BITS
    if not faults and largest > _LARGEST << FACTOR_BITS:
        shown = f"{largest / FACTOR_ONE:.4g}"
        allowed = Sentence("up to {number}", number=_LARGEST)
        faults.append(Fault(file, None, "load", shown, Sentence("the largest factors multiply to too much"), allowed))
    if faults:
        raise ScenarioError(faults)
    factors = FactorTables(tables["own"], tables["own_by_score"], blend, tables["period"])
    digest = hashlib.sha256()
    for table in (tables["common"], *factors):
        digest.update(np.array(len(table), dtype="<i8").tobytes() + table.astype("<i8").tobytes())
    return LoadTables(tables["common"], factors, largest, np.ones(12, dtype=bool), digest.hexdigest())


def load_of(scenario: Scenario, load: LoadModel) -> LoadTables:
    """The tables of a load model for a scenario: where months are metered to date, the forecast alone is drawn."""
    tables = compile_load(load)
    if not scenario.forecast_months:
        return tables
    digest = hashlib.sha256(f"{tables.digest} {scenario.forecast_months}".encode()).hexdigest()
    return replace(tables, drawn=months_that_vary(scenario), digest=digest)


class _RefusedError(Exception):
    """A distribution that cannot be used."""

    def __init__(self, key: str, value: object, sentence: Sentence, allowed: Sentence) -> None:
        super().__init__(sentence)
        self.key, self.value, self.sentence, self.allowed = key, str(value), sentence, allowed


def _quantiles(model: Distribution) -> tuple[Quantiles, Quantiles]:
    """The quantile at a probability, and at one counted from the other end."""
    sigma = model.sigma or 0.0
    if model.distribution == "normal":
        return _normal(sigma, 1.0)
    if model.distribution == "lognormal":
        below, above = _normal(sigma, -(sigma**2) / 2 if model.centre == "mean" else 0.0)
        return lambda p: np.exp(below(p)), lambda p: np.exp(above(p))
    return _of_scipy(model)


def _normal(sigma: float, centre: float) -> tuple[Quantiles, Quantiles]:
    from scipy.special import ndtri

    return lambda p: centre + sigma * ndtri(p), lambda p: centre - sigma * ndtri(p)


def _of_scipy(model: Distribution) -> tuple[Quantiles, Quantiles]:
    from scipy import stats

    found = getattr(stats, model.distribution, None)
    if not isinstance(found, stats.rv_continuous):
        names = [name for name in dir(stats) if isinstance(getattr(stats, name), stats.rv_continuous)]
        guess = nearest(model.distribution, [*names, "lognormal", "normal"])
        allowed = Sentence("lognormal, normal, or a continuous distribution of scipy.stats")
        hint = nearest_in_words(guess)
        raise _RefusedError("distribution", model.distribution, Sentence("unknown distribution"), listed(hint, allowed))
    shapes = [name.strip() for name in (found.shapes or "").split(",") if name.strip()]
    known = [*shapes, "loc", "scale"]
    wrong = sorted(set(model.parameters) - set(known)) or sorted(set(shapes) - set(model.parameters))
    if wrong:
        message = Sentence("unknown or missing parameter {name}", name=wrong[0])
        raise _RefusedError("parameters", model.parameters, message, named(known))
    frozen = found(**model.parameters)
    return _finite(frozen.ppf, model), _finite(frozen.isf, model)


def _finite(quantile: Callable[[Floats], Any], model: Distribution) -> Quantiles:
    def values(probability: Floats) -> Floats:
        with np.errstate(all="ignore"):
            found = np.asarray(quantile(probability), dtype=np.float64)
        if not np.isfinite(found).all():
            message = Sentence("quantiles that are no numbers")
            raise _RefusedError("parameters", model.parameters, message, Sentence("parameters in range"))
        return found

    return values


def _by_probability(below: Quantiles, above: Quantiles, bits: int) -> tuple[Ints, int]:
    """Both halves of a table, each from its tail to the middle, and the largest value (`gridsim.core.draws.draw`)."""
    octave, segment = np.divmod(np.arange(OCTAVES * SEGMENTS + 1), SEGMENTS)
    probability = (SEGMENTS + segment) / SEGMENTS * 2.0 ** (octave - (OCTAVES + 1))
    is_factor = bits == FACTOR_BITS
    lower = np.maximum.accumulate(_integers(below(probability), bits, is_factor=is_factor))
    upper = np.minimum.accumulate(_integers(above(probability), bits, is_factor=is_factor))
    upper = np.maximum(upper, lower[-1])  # two ways to compute the median may differ in the last bit
    return np.concatenate([_packed(lower), _packed(upper)]), int(upper[0])


def _by_score(below: Quantiles, above: Quantiles, blend: Ints) -> tuple[Ints, int]:
    """The table by normal score, and the largest value; no blend of two scores leaves what is evaluated here."""
    from scipy.special import ndtr, ndtri

    reach = -float(ndtri(2.0 ** -(OCTAVES + 1))) * float(blend.sum()) / 2**_BLEND_BITS + 2.0**-8
    score = np.clip(np.arange(SCORE_TABLE_SIZE + 1) / 256 - Z_RANGE, -reach, reach)
    tail = ndtr(-np.abs(score))
    values = np.where(score < 0, below(tail), above(tail))
    table = np.maximum.accumulate(_integers(values, FACTOR_BITS, is_factor=True))
    return _packed(table), int(table[-1])


def _integers(values: Floats, bits: int, *, is_factor: bool) -> Ints:
    if is_factor:
        values = np.maximum(values, 0.0)
    largest = float(values.max())
    if largest * 2.0**bits >= 2.0**31 - 1:
        allowed = Sentence("up to {number}", number=2 ** (31 - bits) - 1)
        raise _RefusedError("distribution", f"{largest:.4g}", Sentence("the largest factor is too large"), allowed)
    return np.rint(values * 2.0**bits).astype(np.int64)


def _packed(values: Ints) -> Ints:
    """Each value, and in the lower half of its integer how far it is to the next one."""
    return (values[:-1] << 32) | np.abs(np.diff(values))


def _blend(share: float) -> Ints:
    """√ρ and √(1 − ρ) as integers."""
    weights: Ints = np.rint(np.sqrt([share, 1.0 - share]) * 2.0**_BLEND_BITS).astype(np.int64)
    return weights


# ---- checks ----------------------------------------------------------------------------------------------------------

LARGEST_SEED = 2**64 - 1
LARGEST_DRAW = 2**31 - 1
"""How many draws a batch has at most."""


def check_largest_draw(scenario: Scenario, tables: LoadTables) -> None:
    """Every draw stays in int64, because the scenario with the largest draw in every cell does.

    A fault that the scenario has without any draw is told as such.
    """
    meter = scenario.tables["meter"]
    given = meter["energy_kwh"].to_numpy()
    factor = tables.largest
    times = f"{factor / FACTOR_ONE:.4g}"
    most = (INT64_MAX - FACTOR_HALF) // factor if factor else INT64_MAX
    row = int(np.argmax(given)) if len(given) else 0
    if len(given) and given[row] > most:
        value, allowed = (format_fixed(int(kwh), ENERGY_DECIMALS) for kwh in (given[row], most))
        message = _at_the_largest(times, Sentence("the energy leaves int64"))
        raise ScenarioError(
            [Fault("meter", row + 1, "energy_mwh", value, message, Sentence("up to {number} MWh", number=allowed))]
        )
    drawn = (given * factor + FACTOR_HALF) >> FACTOR_BITS
    forecast = rows_that_vary(scenario)
    largest = meter.assign(energy_kwh=drawn if forecast is None else np.where(forecast, drawn, given))
    faults = check(draft_of(replace(scenario, tables={**scenario.tables, "meter": largest})), VALUE_CHECKS)
    if faults or factor < FACTOR_ONE:
        plain = check(draft_of(scenario), VALUE_CHECKS)
        if plain or faults:
            raise ScenarioError(
                plain or [replace(fault, message=_at_the_largest(times, fault.message)) for fault in faults]
            )


def _at_the_largest(times: str, what: Sentence) -> Sentence:
    return Sentence("at the largest draw, {times} times what is given, {what}", times=times, what=what)


def check_seed(seed: int, draws: int) -> None:
    """Seed and draws are within what the generator counts by."""
    bounds = (
        ("seed", seed, LARGEST_SEED, Sentence("{low} to {high}", low=0, high=LARGEST_SEED)),
        ("draws", draws, LARGEST_DRAW, Sentence("up to {number}", number=LARGEST_DRAW)),
    )
    faults = [
        Fault("batch", None, name, str(value), Sentence("out of range"), allowed)
        for name, value, most, allowed in bounds
        if not 0 <= value <= most
    ]
    if faults:
        raise ScenarioError(faults)
