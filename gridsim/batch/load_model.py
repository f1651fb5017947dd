"""How a batch draws metered energy: given × common(month) × own(user, month) × period(user, month, period)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gridsim.errors import WrongValueError
from gridsim.words import Sentence

__all__ = ["Correlation", "Distribution", "LoadModel", "OwnDistribution"]

_CONVENIENT = ("lognormal", "normal")


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
            raise WrongValueError(Sentence("sigma belongs to lognormal and normal; scipy.stats takes parameters"))
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
    """

    common: Distribution | None = None
    own: OwnDistribution | None = None
    period: Distribution | None = None
