"""The values of a rule set in one month, as code reads them: ``rules.at("2021-04").settlement.tou.upper``.

The attribute names are the dotted paths that overrides use. Numbers are integers already: ratios in 10⁻⁴, prices in
micro-yuan per kWh, energies in kWh. Which values there are, a rule set's file says (`gridsim.rules.catalogue`); the
groups of this page are those that gridsim's own code reads by name, so those values are typed and bounded here. A rule
set that has such a group has all of it, and may have more that its lists ask for.

A reading of the rules that has no alternative is no field: nothing reads it. It stands in the rule data alone
(`gridsim.rules.catalogue`). What a value means, its clause, its dates and its words stand in the rule data, not here.

A field that is added later has a default that means what the program did before, and Henan's file marks it as
``added``, so that files and manifests written earlier can still be read (`gridsim.rules.catalogue.added`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, model_validator

from gridsim.rules.calendar_kinds import Dates
from gridsim.rules.kinds import Count, Flag, Kind, Option, Quantity, RatioKind, Weights
from gridsim.rules.model_faults import RefusedError
from gridsim.words import Sentence, named
from gridsim.wrong_call import no_attribute

__all__ = [
    "OWN_DEFAULTS",
    "OWN_FIELDS",
    "OWN_GROUPS",
    "Group",
    "RuleValues",
    "ValueGroup",
    "tree_of",
]

Ratio = Annotated[int, RatioKind()]  # [10⁻⁴]
Share = Annotated[int, RatioKind(most=1)]  # [10⁻⁴], 0 to 1
Energy = Annotated[int, Quantity.energy()]  # [kWh]
DayItself = Literal["excludes_the_day", "includes_the_day"]


class Group(BaseModel):
    """A group of values; immutable. A rule set may have more in it, which its own file declares."""

    model_config = ConfigDict(frozen=True, extra="allow")

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            try:
                return super().__getattr__(name)
            except AttributeError:
                names = [*type(self).model_fields, *(self.model_extra or ())]
                raise no_attribute(f"{type(self).__name__!r} object", name, names) from None


class Matching(Group):
    """High-low matching and its alternatives (rulebook part 3)."""

    mechanism: Literal["high_low", "uniform"]
    ties: Literal["time", "pro_rata"]
    k: Share
    heat_priority: bool


class Decomposition(Group):
    """A delivery of several months, split to months (rulebook part 3)."""

    method: Literal["calendar_days", "equal", "typical_curve"]
    typical_curve: Annotated[tuple[int, ...], Weights()]  # 12 weights, January to December [10⁻⁴]


class Calendar(Group):
    """Working days, and what dates mean (rulebook part 3)."""

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
    encouraged_energy: Energy = 5_000_000
    annual_cover: Ratio
    total_cover: Ratio
    history_years: Annotated[int, Count("years", 1, 20)]


class Billing(Group):
    """The power-factor adjustment: what each 0.01 off the standard is of its base (rulebook part 13)."""

    discount_near: Ratio = 10
    discount_far: Ratio = 15
    discount_near_to: Share = 9_000
    surcharge_near: Ratio = 50
    surcharge_middle: Ratio = 100
    surcharge_far: Ratio = 200
    discount_to_090: Share = 9_500
    surcharge_near_to_090: Share = 7_000
    surcharge_middle_to_090: Share = 6_500
    discount_to_085: Share = 9_400
    surcharge_near_to_085: Share = 6_500
    surcharge_middle_to_085: Share = 6_000
    discount_to_080: Share = 9_200
    surcharge_near_to_080: Share = 6_000
    surcharge_middle_to_080: Share = 5_500


class Retail(Group):
    """What retailers may agree with their users, and who bears what a contract leaves open (rulebook part 14)."""

    overrun_delivery: Literal["user_pays", "retailer_bears"] = "user_pays"
    own_deviation: Literal["allowed", "forbidden"] = "allowed"


class Transfers(Group):
    """What can be given away of contracted energy, and when (rulebook part 10)."""

    counted: Literal["all", "closed_sessions"] = "all"


class Changes(Group):
    """What follows where something changes within the year (rulebook part 15)."""

    tariff_within_month: Literal["days", "load"] = "days"


class ValueGroup:
    """A group of values that a rule set's file names; immutable."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"values of a rule set can't be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"values of a rule set can't be changed: {name}")

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if isinstance(other, ValueGroup) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    if TYPE_CHECKING:  # what a file names, no one else can know

        def __getattr__(self, name: str) -> Any: ...

    else:

        def __getattr__(self, name):
            raise no_attribute(f"{type(self).__name__!r} object", name, self.__dict__)


class RuleValues(ValueGroup):
    """All values of a rule set in one month; beside gridsim's own groups whatever the rule set's file names."""

    matching: Matching
    decomposition: Decomposition
    calendar: Calendar
    compliance: Compliance
    billing: Billing
    retail: Retail
    transfers: Transfers
    changes: Changes

    def at(self, path: str) -> Any:
        """The value at a dotted path.

        Parameters
        ----------
        path : str
            Dotted: ``settlement.shortfall_price``.

        Returns
        -------
        int, bool, str or tuple
            In its exact unit: prices in micro-yuan/kWh, ratios in 10⁻⁴.

        Examples
        --------
        >>> scenario.rules.at("2021-04").at("settlement.shortfall_price")
        10000
        """
        found: Any = self
        for name in path.split("."):
            found = getattr(found, name)
        return found


OWN_GROUPS: Mapping[str, type[Group]] = MappingProxyType(
    {
        "matching": Matching,
        "decomposition": Decomposition,
        "calendar": Calendar,
        "compliance": Compliance,
        "billing": Billing,
        "retail": Retail,
        "transfers": Transfers,
        "changes": Changes,
    }
)
"""The groups of values that gridsim's own code reads by name."""

OWN_DEFAULTS: frozenset[str] = frozenset(
    f"{group}.{name}"
    for group, model in OWN_GROUPS.items()
    for name, field in model.model_fields.items()
    if not field.is_required()
)
"""Values that manifests need not have."""

_UNSAID = {
    "matching": Matching.model_construct(mechanism="high_low", ties="time", k=5_000, heat_priority=False),
    "decomposition": Decomposition.model_construct(method="calendar_days", typical_curve=(10_000,) * 12),
    "billing": Billing(),
    "retail": Retail(),
    "transfers": Transfers(),
    "changes": Changes(),
}
"""What holds in a rule set whose kinds of session say it themselves, or that says nothing of it."""


def tree_of(values: Mapping[str, Any]) -> RuleValues:
    """The values of one month by attribute.

    Parameters
    ----------
    values : mapping of str to object
        By dotted path; of gridsim's own groups plain, else typed.

    Raises
    ------
    pydantic.ValidationError
        Of one of gridsim's own groups; its places are without the group.
    """
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *groups, name = path.split(".")
        node = tree
        for group in groups:
            node = node.setdefault(group, {})
        node[name] = value
    found = {
        name: OWN_GROUPS[name].model_validate(node) if name in OWN_GROUPS else _frozen(node)
        for name, node in tree.items()
    }
    return RuleValues(_UNSAID | found)


def _frozen(node: Any) -> Any:
    if isinstance(node, dict):
        return ValueGroup({name: _frozen(inner) for name, inner in node.items()})
    return node


def _kind(annotation: Any, metadata: list[Any]) -> Kind:
    for item in metadata:
        if isinstance(item, Kind):
            return item
    if annotation is bool:
        return Flag()
    if get_origin(annotation) is Literal:
        return Option(get_args(annotation))
    raise TypeError(f"no kind for {annotation!r}")


def _walk() -> Iterator[tuple[str, Kind]]:
    for group, model in OWN_GROUPS.items():
        for name, field in model.model_fields.items():
            yield f"{group}.{name}", _kind(field.annotation, field.metadata)


OWN_FIELDS: Mapping[str, Kind] = MappingProxyType(dict(_walk()))
"""Every value that gridsim's own code reads by name, by its dotted path."""
