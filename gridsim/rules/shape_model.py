"""The section ``shape`` of a rule file as pydantic reads it: which keys there are, and what may stand under each.

What the parts ask of each other, and price expressions, are looked at in `gridsim.rules.shape_file`. The JSON Schema
for editors is made of these models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr

from gridsim.rules.model_faults import Wrong
from gridsim.words import Sentence, named

__all__ = ["MECHANISMS", "ShapeFile"]

MECHANISMS = ("high_low", "uniform", "rolling")
"""How orders are matched."""
FILINGS = "filings"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _of_names(value: object) -> object:
    """A list of ids, or ``none``, as a map of ids to nothing."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return {each: {} for each in value}
    return {} if value in (None, "none") else value


def _none(value: object) -> object:
    return None if value == "none" else value


def _truth(value: object) -> object:
    return value == "true" if value in ("true", "false") else value


def _periods_of(value: object) -> object:
    return {"periods": value} if isinstance(value, list) else value


def _by(value: object) -> object:
    if isinstance(value, str):
        value = {"by": value}
    if isinstance(value, Mapping) and value.get("by") in _SHORT:
        return {**value, "by": _SHORT[value["by"]]}
    return value


def _regimes(value: object) -> object:
    """Regimes that have no names are numbered."""
    if isinstance(value, list):
        return {f"regime {number}": each for number, each in enumerate(value, 1)}
    return _of_names(value)


def _clauses(value: object) -> object:
    return {"clause": value} if isinstance(value, str) else value


_SHORT = {"by_period": "period", "one": "rate"}

_EXPRESSION = Sentence("a number or a price expression")
_RATIO = Sentence("a ratio, or a price expression that is one")
_NAMES = Sentence("a list of names")

Text = Annotated[StrictStr, Field(description=Sentence("text")), Wrong(Sentence("text is needed"))]
Names = Annotated[list[StrictStr], Field(description=_NAMES), Wrong(Sentence("not a list of names"))]
Truth = Annotated[
    bool,
    BeforeValidator(_truth),
    Field(description=Sentence("{names} or {last}", names="true", last="false")),
    Wrong(Sentence("neither true nor false")),
]
Price = Annotated[Any, Field(description=_EXPRESSION)]
Ratio = Annotated[Any, Field(description=_RATIO)]
Edge = Annotated[Any, Field(description=Sentence("a ratio of the contract, or open"))]
Clause = Annotated[StrictStr, Field(description=Sentence("text")), Wrong(Sentence("text is needed"))]


class Called(_Part):
    """Names in both languages; the id where they are left out."""

    en: Text | None = None
    zh: Text | None = None


class ProductFile(Called):
    """A product: the periods that it covers."""

    periods: Annotated[Names, Field(min_length=1, description=_NAMES)]


class TariffFile(Called):
    """A price that tariffs have: one for each period, or one for each rate."""

    by: Annotated[
        Literal["period", "rate"],
        Field(description=named(("period", "rate"))),
        Wrong(Sentence("how many prices a rate has")),
    ]


class HoursFile(_Part):
    """Which hours belong to which period, in some months and on one kind of days, from a month on."""

    use: Annotated[
        dict[str, Any], Field(description=Sentence("a map of periods to lists of ranges such as 08:00-11:30"))
    ]
    months: Annotated[list[Any], Field(description=Sentence("a list of whole numbers from 1 to 12"))] = []
    days: Literal["all", "working_days", "days_off"] = "all"
    since: Annotated[StrictStr | None, Field(alias="from")] = None


class ExemptFile(_Part):
    """What bears no fee: what stayed unfilled of orders of a kind of session that would have paid enough."""

    unfilled: Text
    price_at_least: Price


class OverFile(_Part):
    """A band above an edge."""

    edge: Edge
    price: Price
    payee: Text
    payer: Literal["buyer"] = "buyer"
    fee: Price = 0
    exempt: ExemptFile | None = None
    clause: Clause | None = None


class UnderFile(_Part):
    """A band below an edge; the price goes to the sellers."""

    edge: Ratio
    price: Price
    fee: Price = 0
    clause: Clause | None = None


class ChargeFile(_Part):
    """An item that users pay."""

    item: Text
    price: Price
    payee: Text
    payer: Literal["user"] = "user"
    base: Literal["in_band", "metered"] = "in_band"
    only: Literal["peak_valley_tariff"] | None = None
    clause: Clause | None = None


Over = Annotated[list[OverFile], Field(description=Sentence("a list of bands"))]
Under = Annotated[list[UnderFile], Field(description=Sentence("a list of bands"))]
Charges = Annotated[list[ChargeFile], Field(description=Sentence("a list of charges"))]
ClausesByItem = Annotated[
    dict[str, Clause],
    BeforeValidator(_clauses),
    Field(description=Sentence("text, or a map of items to texts")),
    Wrong(Sentence("text is needed")),
]


class ModeFile(Called):
    """A mode: its products, its bands, its charges."""

    products: Annotated[Names, Field(min_length=1, description=_NAMES)]
    over: Over
    under: Under = []
    charges: Charges = []
    clause: ClausesByItem = {}


class LegPriceFile(_Part):
    """In a regime: what stands for the prices of legs."""

    mean_of_product: Text
    of: Literal["unit_month"] = "unit_month"
    otherwise: Annotated[Literal["own"], Field(alias="else")] = "own"
    keeps: Names = []


class RegimeFile(Called):
    """Months that settle otherwise."""

    months: Annotated[Any, Field(description=Sentence("a list of months YYYY-MM, or the value that lists them"))]
    trial: Truth = False
    over: Over
    under: Under = []
    leg_price: LegPriceFile | None = None
    charges: Annotated[dict[str, Text], Field(description=Sentence("a map of modes to modes"))] = {}
    clause: ClausesByItem = {}


class OutsideFile(_Part):
    """What users without a unit pay: a charge, or the charges of a mode."""

    item: Text | None = None
    price: Price = None
    payee: Text | None = None
    payer: Literal["user"] = "user"
    base: Literal["metered"] = "metered"
    clause: Clause | None = None
    charges: Text | None = None


Outside = Annotated[
    list[OutsideFile] | None, BeforeValidator(_none), Field(description=Sentence("a list of charges, or none"))
]


class OutsideLists(_Part):
    """By why a user has no unit."""

    left_market: Outside = None
    priority_purchase: Outside = None


class OffTariffFile(_Part):
    """The period that stands for all for users off the peak-valley tariff."""

    flag: Literal["peak_valley_tariff"] = "peak_valley_tariff"
    period: Text
    coefficient: Literal["none"] = "none"
    modes: Names = []
    also: Annotated[
        list[Literal["regimes", "left_market", "priority_purchase"]],
        Field(description=named(("regimes", "left_market", "priority_purchase"))),
    ] = []


class AgencyFile(_Part):
    """Where the grid company's own share of what is returned comes from."""

    table: Literal["agency"]


class ReturnedFile(_Part):
    """Fees that go back."""

    item: Text
    to: Names
    by: Literal["metered"] = "metered"
    of_grid: AgencyFile | None = None
    clause: Clause | None = None


class FeesFile(_Part):
    """Who collects the fees of deviation."""

    item: Text
    payee: Text
    clause: Clause | None = None
    returned: ReturnedFile | None = None


class SessionFile(Called):
    """A kind of session."""

    how: Annotated[
        Any, Field(description=Sentence("{names}, or the value that names one", names=named((FILINGS, *MECHANISMS))))
    ]
    annual: Truth = False
    group: Text | None = None
    clamp: Truth = False
    ties: Annotated[Any, Field(description=Sentence("a rule for ties, or the keys of each side"))] = "time"
    k: Ratio = None
    heat_priority: Annotated[Any, Field(description=Sentence("{names} or {last}", names="true", last="false"))] = False
    price_floor: Price = None
    price_cap: Price = None
    takers: Literal["any"] | None = None
    accounts: Names = []
    transfers: Annotated[
        Any,
        Field(
            description=Sentence(
                "{names}, or the value that names one", names=named(("none", "also", "only", "with_segment"))
            )
        ),
    ] = "none"
    clause: Clause | None = None
    rules: Annotated[dict[str, Any], Field(description=Sentence("a map of rules of its calendar"))] = {}


class TransfersFile(_Part):
    """Contracts that change hands."""

    item: Literal["transfer"] = "transfer"
    clause: Clause | None = None
    kinds: Names = []


class SoldFile(_Part):
    """A line of a seller's own settlement."""

    item: Text
    account: Text
    price: Price
    by: Literal["generation"] | None = None
    clause: Clause | None = None


class TakeOrPayFile(_Part):
    """What is paid for the energy of contracts."""

    item: Literal["energy"] = "energy"
    payer: Text
    clause: Clause | None = None


class SellersFeeFile(_Part):
    """The fee of a seller's deviation."""

    item: Text
    flag: Literal["own_fault"] = "own_fault"
    free: Ratio
    price: Price
    clause: Clause | None = None


class BalanceFile(_Part):
    """What is left at an account, given to or taken from sellers."""

    item: Text
    of: Text
    by: Literal["generation"] = "generation"
    if_none: Text | None = None
    clause: Clause | None = None


class SellersFile(_Part):
    """How sellers settle."""

    table: Literal["generation"] = "generation"
    take_or_pay: TakeOrPayFile
    structural: Annotated[SoldFile | None, BeforeValidator(_none)] = None
    over: SoldFile
    under: SoldFile
    fee: Annotated[SellersFeeFile | None, BeforeValidator(_none)] = None
    balance: BalanceFile


class CheckFile(_Part):
    """A check of compliance."""

    clause: Clause | None = None


class ShapeFile(_Part):
    """The section ``shape``."""

    periods: Annotated[
        dict[str, Called],
        BeforeValidator(_of_names),
        Field(min_length=1, max_length=96, description=Sentence("1 to 96 periods, by their ids")),
    ]
    hours: Annotated[list[HoursFile], Field(min_length=1, description=Sentence("a list of entries with use"))]
    coefficients: Annotated[
        dict[str, Ratio], BeforeValidator(_of_names), Field(description=Sentence("a ratio for each period"))
    ] = {}
    products: Annotated[
        dict[str, Annotated[ProductFile, BeforeValidator(_periods_of)]],
        Field(min_length=1, description=Sentence("a map of products to their periods")),
    ]
    accounts: Annotated[
        dict[str, Called], BeforeValidator(_of_names), Field(description=Sentence("accounts by their ids"))
    ]
    tariff: Annotated[
        dict[str, Annotated[TariffFile, BeforeValidator(_by)]],
        BeforeValidator(_of_names),
        Field(description=Sentence("a map of items to by: period or rate")),
    ] = {}
    items: Annotated[
        dict[str, Called], BeforeValidator(_of_names), Field(description=Sentence("names of ledger items"))
    ] = {}
    counterparty: Literal["direct", "market"] = "direct"
    order_of_legs: Annotated[Any, Field(description=Sentence("pro_rata, or a list of keys"))] = "pro_rata"
    off_tariff: Annotated[OffTariffFile | None, BeforeValidator(_none)] = None
    modes: Annotated[dict[str, ModeFile], Field(min_length=1, description=Sentence("a map of modes"))]
    regimes: Annotated[
        dict[str, RegimeFile], BeforeValidator(_regimes), Field(description=Sentence("a map of regimes"))
    ] = {}
    outside: OutsideLists = OutsideLists()
    fees: Annotated[FeesFile | None, BeforeValidator(_none)] = None
    definitions: Annotated[
        dict[str, Price], BeforeValidator(_of_names), Field(description=Sentence("a map of names to expressions"))
    ] = {}
    varieties: Annotated[dict[str, Called], BeforeValidator(_of_names), Field(description=_NAMES)] = {}
    sessions: Annotated[
        dict[str, SessionFile], BeforeValidator(_of_names), Field(description=Sentence("a map of kinds of session"))
    ] = {}
    without_sessions: Annotated[
        dict[str, SessionFile], BeforeValidator(_of_names), Field(description=Sentence("a map of kinds of session"))
    ] = {}
    transfers: TransfersFile | None = None
    sellers: Annotated[SellersFile | None, BeforeValidator(_none)] = None
    checks: Annotated[
        dict[str, CheckFile], BeforeValidator(_of_names), Field(description=Sentence("names of checks"))
    ] = {}
