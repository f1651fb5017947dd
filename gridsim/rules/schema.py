"""What a rule set is made of: every value that code reads, typed and bounded.

The attribute names are the dotted paths that overrides use: ``rules.at("2021-04").settlement.tou.upper``
is the path ``settlement.tou.upper``. Numbers are integers already: ratios in 10⁻⁴, prices in micro-yuan
per kWh, energies in kWh.

A reading of the rules that has no alternative is no field: nothing reads it. It stands in the rule data alone
(`gridsim.rules.readings`). A second reading is a field here with two names, and the code that computes both. What a
value means, its clause, its dates and its words stand in the rule data, not here.

A field that is added later has a default that means what the program did before, and stands in `ADDED`, so that
files and manifests written earlier can still be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, model_validator

from gridsim.names import PERIODS
from gridsim.rules.calendar_kinds import Dates, HourRanges, MonthDay, MonthNumbers, Months
from gridsim.rules.kinds import Count, Flag, Kind, Option, Quantity, RatioKind, Weights
from gridsim.rules.model_faults import RefusedError
from gridsim.units import RATIO_DECIMALS, trimmed
from gridsim.words import Language, Sentence, both, enumerated, named

__all__ = ["ADDED", "BY_MONTH", "FIELDS", "GROUPS", "Group", "RuleValues"]

Ratio = Annotated[int, RatioKind()]  # [10⁻⁴]
UpperEdge = Annotated[int, RatioKind(may_be_open=True)]  # [10⁻⁴]
Share = Annotated[int, RatioKind(most=1)]  # [10⁻⁴], 0 to 1
Price = Annotated[int, Quantity.price()]  # [micro-yuan/kWh]
Energy = Annotated[int, Quantity.energy()]  # [kWh]
WorkingDays = Annotated[int, Count("working days", 1, 60)]
DayOfMonth = Annotated[int, Count("day of month", 1, 28)]
DayItself = Literal["excludes_the_day", "includes_the_day"]
PeriodName = Literal["peak", "flat", "valley"]


class Group(BaseModel):
    """A group of values; immutable, and nothing else fits in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Matching(Group):
    """High-low matching and its alternatives (rulebook part 3)."""

    mechanism: Literal["high_low", "uniform"]
    ties: Literal["time", "pro_rata"]
    k: Share
    heat_priority: bool
    intra_month: Literal["adjusts", "only_adds"] = "only_adds"  # what it was before it was a value


class Decomposition(Group):
    """A delivery of several months, split to months (rulebook part 3)."""

    method: Literal["calendar_days", "equal", "typical_curve"]
    typical_curve: Annotated[tuple[int, ...], Weights()]  # 12 weights, January to December [10⁻⁴]


class OverrunCatalogue(Group):
    """For overrun energy of a period: the period whose catalogue tariff it pays (rulebook part 5)."""

    peak: PeriodName
    flat: PeriodName
    valley: PeriodName


class Band(Group):
    """The band of a mode, as ratios of the contract energy (rulebook part 5)."""

    # What `gridsim.rules.shape` reads: lists of this market, until a rule set says them itself.
    products: ClassVar[tuple[str, ...]] = ()
    charges: ClassVar[tuple[str, ...]] = ()
    transmission_by_coefficient: ClassVar[bool] = False
    exempts_off_tariff: ClassVar[bool] = False

    upper: UpperEdge
    lower: Ratio
    overrun_catalogue: OverrunCatalogue

    @model_validator(mode="after")
    def _edges_in_order(self) -> Band:
        if self.upper < self.lower:
            upper, lower = (trimmed(edge, RATIO_DECIMALS) for edge in (self.upper, self.lower))
            raise RefusedError(
                Sentence("the upper band edge lies below the lower one"),
                Sentence("upper >= lower (upper {upper}, lower {lower})", upper=upper, lower=lower),
                fields=("upper", "lower"),
            )
        return self


class ConventionalSettlement(Band):
    """Conventional mode, 常规电量 (N5.1)."""

    products: ClassVar[tuple[str, ...]] = ("total",)
    charges: ClassVar[tuple[str, ...]] = ("transmission", "tou_adjustment", "funds")
    exempts_off_tariff: ClassVar[bool] = True


class TouSettlement(Band):
    """Mode by periods, 分时段 (N5.2)."""

    products: ClassVar[tuple[str, ...]] = get_args(PeriodName)
    charges: ClassVar[tuple[str, ...]] = ("transmission", "funds")
    transmission_by_coefficient: ClassVar[bool] = True


class Settlement(Group):
    """Settlement of one position (rulebook parts 4 and 5)."""

    payees: ClassVar[tuple[tuple[str, str], ...]] = (
        *((item, "GRID") for item in ("transmission", "tou_adjustment")),
        ("funds", "GOVERNMENT"),
        *((item, "GRID") for item in ("fallback", "catalogue")),
    )
    priority_charges: ClassVar[tuple[str, ...]] = ("catalogue",)

    conventional: ConventionalSettlement
    tou: TouSettlement
    shortfall_price: Price
    tou_adjustment_base: Literal[
        "average_energy_price_plus_transmission", "average_energy_price", "catalogue_difference"
    ]


class Coefficient(Group):
    """The peak-valley coefficients (N4)."""

    peak: Ratio
    flat: Ratio
    valley: Ratio


class Tariff(Group):
    """What multiplies a tariff; the tariffs themselves stand in the scenario."""

    coefficient: Coefficient


class Fallback(Group):
    """The price of users that have left the market (N6)."""

    charges: ClassVar[tuple[str, ...]] = ("fallback", "funds")

    multiple: Ratio


class Transition(Group):
    """The months that settle by the older method, with a trial settlement beside it (N5)."""

    mean_product: ClassVar[str] = "flat"

    months: Annotated[tuple[str, ...], Months()]


def _named(periods: list[PeriodName]) -> Sentence:
    return both(" and ".join(periods), "和".join(map(Language("zh", PERIODS).name, periods)))


class Periods(Group):
    """The hours of the three periods; together they are the day (N4)."""

    peak: Annotated[tuple[tuple[int, int], ...], HourRanges()]
    flat: Annotated[tuple[tuple[int, int], ...], HourRanges()]
    valley: Annotated[tuple[tuple[int, int], ...], HourRanges()]

    @model_validator(mode="after")
    def _partition_the_day(self) -> Periods:
        owners = self._owners()
        faults = [
            Sentence("{hours} is in {periods}", hours=f"{hour}-{hour + 1}", periods=_named(names))
            if names
            else Sentence("{hours} is in no period", hours=f"{hour}-{hour + 1}")
            for hour, names in enumerate(owners)
            if len(names) != 1
        ]
        if faults:
            raise RefusedError(
                Sentence("the periods do not make up the day: {hours}", hours=enumerated(faults)),
                Sentence("every hour from 0 to 24 in exactly one period"),
                fields=("peak", "flat", "valley"),
            )
        return self

    def _owners(self) -> list[list[PeriodName]]:
        owners: list[list[PeriodName]] = [[] for _ in range(24)]
        for name, ranges in (("peak", self.peak), ("flat", self.flat), ("valley", self.valley)):
            for start, end in ranges:
                for hour in range(start, end):
                    owners[hour].append(name)  # type: ignore[arg-type]
        return owners

    def by_hour(self) -> tuple[PeriodName, ...]:
        """The period of each hour of the day, 24 names; the hour ``h`` is ``[h, h + 1)``."""
        return tuple(names[0] for names in self._owners())


class Calendar(Group):
    """Windows, announcements and working days (rulebook part 3)."""

    annual_bilateral_working_days: WorkingDays
    matched_working_days: WorkingDays
    annual_closes_by: Annotated[str, MonthDay()]  # of the year before
    half_year_closes_by: Annotated[str, MonthDay()]
    monthly_announced_before_day: DayOfMonth
    monthly_announcement_months: Annotated[tuple[int, ...], MonthNumbers()]
    mid_announced_before_day: DayOfMonth
    late_announced_before_day: DayOfMonth
    before_day: DayItself
    by_date: DayItself = "includes_the_day"
    holidays: Annotated[tuple[date, ...], Dates()]
    working_weekends: Annotated[tuple[date, ...], Dates(weekend=True)]

    @model_validator(mode="after")
    def _no_day_both(self) -> Calendar:
        both = sorted(set(self.holidays) & set(self.working_weekends))
        if both:
            raise RefusedError(
                Sentence("days both off and worked: {days}", days=named(day.isoformat() for day in both)),
                Sentence("a day in one of the two lists at most"),
                fields=("working_weekends", "holidays"),
            )
        return self


class Compliance(Group):
    """Checks that are reported and never enforced (rulebook part 7)."""

    direct_access_energy: Energy
    tou_energy: Energy
    encouraged_energy: Energy = 5_000_000
    annual_cover: Ratio
    total_cover: Ratio
    history_years: Annotated[int, Count("years", 1, 20)]


class RuleValues(Group):
    """All values of a rule set in one month."""

    matching: Matching
    decomposition: Decomposition
    settlement: Settlement
    tariff: Tariff
    fallback: Fallback
    transition: Transition
    periods: Periods
    calendar: Calendar
    compliance: Compliance


def _kind(annotation: Any, metadata: list[Any]) -> Kind:
    for item in metadata:
        if isinstance(item, Kind):
            return item
    if annotation is bool:
        return Flag()
    if get_origin(annotation) is Literal:
        return Option(get_args(annotation))
    raise TypeError(f"no kind for {annotation!r}")


def _walk(model: type[Group], prefix: str) -> Iterator[tuple[str, Kind | None]]:
    """Each path below `model` with its kind; None for a group."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group):
            yield path, None
            yield from _walk(field.annotation, f"{path}.")
        else:
            yield path, _kind(field.annotation, field.metadata)


ADDED: Mapping[str, str] = MappingProxyType(
    {"calendar.by_date": "includes_the_day", "compliance.encouraged_energy": "5000"}
)
"""Values that rule sets written by earlier versions don't have, and what held then: so they change no hash."""

BY_MONTH: frozenset[str] = frozenset({"settlement", "tariff", "fallback"})
"""The top groups that are read month by month; the rest holds for the year, so its values can't be dated."""

FIELDS: Mapping[str, Kind] = MappingProxyType({path: kind for path, kind in _walk(RuleValues, "") if kind is not None})
"""Every value by its dotted path, in the order of the schema."""

GROUPS: frozenset[str] = frozenset(path for path, kind in _walk(RuleValues, "") if kind is None)
"""Every group of values by its dotted path."""
