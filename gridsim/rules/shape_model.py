"""The section ``shape`` of a rule file as pydantic reads it: which keys there are, and what may stand under each.

What the parts ask of each other, and price expressions, are looked at in `gridsim.rules.shape_file`. The JSON Schema
for editors is made of these models.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictStr

from gridsim.rules.extended_shape import MECHANISMS
from gridsim.rules.model_faults import Wrong
from gridsim.rules.shape_keys import (
    NAMES,
    Called,
    Clause,
    ClausesByItem,
    Edge,
    Names,
    Part,
    Price,
    Ratio,
    Text,
    Truth,
    by,
    named_or_not,
    none,
    of_names,
    periods_of,
    regimes_of,
)  # fmt: skip
from gridsim.rules.wording import Words
from gridsim.words import Sentence, named

__all__ = ["ShapeFile"]

FILINGS = "filings"
_NO_LIST: Any = Field(default_factory=list)
_NO_MAP: Any = Field(default_factory=dict)


class ProductFile(Called):
    """A product: the periods that it covers."""

    periods: Annotated[Names, Field(min_length=1, description=NAMES)]


class TariffFile(Called):
    """A price that tariffs have: one for each period, or one for each rate."""

    by: Annotated[
        Literal["period", "rate"],
        Field(description=named(("period", "rate"))),
        Wrong(Sentence("how many prices a rate has")),
    ]


class HoursFile(Part):
    """Which hours belong to which period, in some months and on one kind of days, from a month on."""

    use: Annotated[
        dict[str, Any], Field(description=Sentence("a map of periods to lists of ranges such as 08:00-11:30"))
    ]
    months: Annotated[list[Any], Field(description=Sentence("a list of whole numbers from 1 to 12"))] = Field(
        default_factory=list
    )
    days: Literal["all", "working_days", "days_off"] = "all"
    since: Annotated[StrictStr | None, Field(alias="from")] = None


class ExemptFile(Part):
    """What bears no fee: what stayed unfilled of orders of a kind of session that would have paid enough."""

    unfilled: Text
    price_at_least: Price


class OverFile(Part):
    """A band above an edge."""

    edge: Edge
    price: Price
    payee: Text
    payer: Literal["buyer"] = "buyer"
    fee: Price = 0
    exempt: ExemptFile | None = None
    clause: Clause | None = None


class UnderFile(Part):
    """A band below an edge; the price goes to the sellers."""

    edge: Ratio
    price: Price
    fee: Price = 0
    clause: Clause | None = None


class ChargeFile(Part):
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


class ModeFile(Called):
    """A mode: its products, its bands, its charges."""

    products: Annotated[Names, Field(min_length=1, description=NAMES)]
    over: Over
    under: Under = _NO_LIST
    charges: Charges = _NO_LIST
    clause: ClausesByItem = _NO_MAP


class LegPriceFile(Part):
    """In a regime: what stands for the prices of legs."""

    mean_of_product: Text
    of: Literal["unit_month"] = "unit_month"
    otherwise: Annotated[Literal["own"], Field(alias="else")] = "own"
    keeps: Names = _NO_LIST


class RegimeFile(Called):
    """Months that settle otherwise."""

    months: Annotated[Any, Field(description=Sentence("a list of months YYYY-MM, or the value that lists them"))]
    trial: Truth = False
    over: Over
    under: Under = _NO_LIST
    leg_price: LegPriceFile | None = None
    charges: Annotated[dict[str, Text], Field(description=Sentence("a map of modes to modes"))] = Field(
        default_factory=dict
    )
    clause: ClausesByItem = _NO_MAP


class OutsideFile(Part):
    """What users without a unit pay: a charge, or the charges of a mode."""

    item: Text | None = None
    price: Price = None
    payee: Text | None = None
    payer: Literal["user"] = "user"
    base: Literal["metered"] = "metered"
    clause: Clause | None = None
    charges: Text | None = None


Outside = Annotated[
    list[OutsideFile] | None, BeforeValidator(none), Field(description=Sentence("a list of charges, or none"))
]


class OutsideLists(Part):
    """By why a user has no unit."""

    left_market: Outside = None
    priority_purchase: Outside = None


class OffTariffFile(Part):
    """The period that stands for all for users off the peak-valley tariff."""

    flag: Literal["peak_valley_tariff"] = "peak_valley_tariff"
    period: Text
    coefficient: Literal["none"] = "none"
    modes: Names = _NO_LIST
    also: Annotated[
        list[Literal["regimes", "left_market", "priority_purchase"]],
        Field(description=named(("regimes", "left_market", "priority_purchase"))),
    ] = _NO_LIST


class ReferenceFile(Part):
    """A price of the tariffs that contract prices are near."""

    tariff: Text
    period: Text | None = None


class ScaleFile(Part):
    """What prices are held against, in warnings alone."""

    contracts: Annotated[ReferenceFile | None, BeforeValidator(none)] = None
    contains: Annotated[
        dict[str, Names], Field(description=Sentence("a map of prices of the tariffs to those that each contains"))
    ] = _NO_MAP


class AgencyFile(Part):
    """Where the grid company's own share of what is returned comes from."""

    table: Literal["agency"]


class ReturnedFile(Part):
    """Fees that go back."""

    item: Text
    to: Names
    by: Literal["metered"] = "metered"
    of_grid: AgencyFile | None = None
    clause: Clause | None = None


class FeesFile(Part):
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
    accounts: Names = _NO_LIST
    transfers: Annotated[
        Any,
        Field(
            description=Sentence(
                "{names}, or the value that names one", names=named(("none", "also", "only", "with_segment"))
            )
        ),
    ] = "none"
    segments: Truth = False
    clause: Clause | None = None
    rules: Annotated[dict[str, Any], Field(description=Sentence("a map of rules of its calendar"))] = Field(
        default_factory=dict
    )


class TransfersFile(Part):
    """Contracts that change hands."""

    item: Literal["transfer"] = "transfer"
    clause: Clause | None = None
    kinds: Names = _NO_LIST
    variety: Text | None = None


class SoldFile(Part):
    """A line of a seller's own settlement."""

    item: Text
    account: Text
    price: Price
    by: Literal["generation"] | None = None
    clause: Clause | None = None


class TakeOrPayFile(Part):
    """What is paid for the energy of contracts."""

    item: Literal["energy"] = "energy"
    payer: Text
    clause: Clause | None = None


class SellersFeeFile(Part):
    """The fee of a seller's deviation."""

    item: Text
    flag: Literal["own_fault"] = "own_fault"
    free: Ratio
    price: Price
    clause: Clause | None = None


class BalanceFile(Part):
    """What is left at an account, given to or taken from sellers."""

    item: Text
    of: Text
    by: Literal["generation"] = "generation"
    if_none: Text | None = None
    clause: Clause | None = None


class SellersFile(Part):
    """How sellers settle."""

    table: Literal["generation"] = "generation"
    take_or_pay: TakeOrPayFile
    structural: Annotated[SoldFile | None, BeforeValidator(none)] = None
    over: SoldFile
    under: SoldFile
    fee: Annotated[SellersFeeFile | None, BeforeValidator(none)] = None
    balance: BalanceFile


class CheckFile(Part):
    """A check of compliance."""

    clause: Clause | None = None


class ClosingFile(Part):
    """An item of the ledger that an extension writes."""

    clause: Clause | None = None


class ExplainedFile(Part):
    """What explanations say in the market's own words, and what their steps rest on."""

    sentences: Annotated[dict[str, Words], Field(description=Sentence("a map of places to sentences, en and zh"))] = (
        _NO_MAP
    )
    rests_on: Annotated[dict[str, Names], Field(description=Sentence("a map of steps to lists of values"))] = _NO_MAP


class ShapeFile(Part):
    """The section ``shape``."""

    periods: Annotated[
        dict[str, Called],
        BeforeValidator(named_or_not),
        Field(min_length=1, max_length=96, description=Sentence("1 to 96 periods, by their ids")),
    ]
    hours: Annotated[list[HoursFile], Field(min_length=1, description=Sentence("a list of entries with use"))]
    coefficients: Annotated[
        dict[str, Ratio], BeforeValidator(of_names), Field(description=Sentence("a ratio for each period"))
    ] = _NO_MAP
    products: Annotated[
        dict[str, Annotated[ProductFile, BeforeValidator(periods_of)]],
        Field(min_length=1, description=Sentence("a map of products to their periods")),
    ]
    accounts: Annotated[
        dict[str, Called], BeforeValidator(named_or_not), Field(description=Sentence("accounts by their ids"))
    ]
    tariff: Annotated[
        dict[str, Annotated[TariffFile, BeforeValidator(by)]],
        BeforeValidator(of_names),
        Field(description=Sentence("a map of items to by: period or rate")),
    ] = _NO_MAP
    items: Annotated[
        dict[str, Called], BeforeValidator(named_or_not), Field(description=Sentence("names of ledger items"))
    ] = _NO_MAP
    notes: Annotated[
        dict[str, Called], BeforeValidator(named_or_not), Field(description=Sentence("sentences of the market's own"))
    ] = _NO_MAP
    counterparty: Literal["direct", "market"] = "direct"
    order_of_legs: Annotated[Any, Field(description=Sentence("pro_rata, or a list of keys"))] = "pro_rata"
    off_tariff: Annotated[OffTariffFile | None, BeforeValidator(none)] = None
    scale: Annotated[ScaleFile | None, BeforeValidator(none)] = None
    modes: Annotated[dict[str, ModeFile], Field(min_length=1, description=Sentence("a map of modes"))]
    regimes: Annotated[
        dict[str, RegimeFile], BeforeValidator(regimes_of), Field(description=Sentence("a map of regimes"))
    ] = _NO_MAP
    outside: Annotated[OutsideLists, BeforeValidator(of_names)] = OutsideLists()
    fees: Annotated[FeesFile | None, BeforeValidator(none)] = None
    definitions: Annotated[
        dict[str, Price], BeforeValidator(of_names), Field(description=Sentence("a map of names to expressions"))
    ] = _NO_MAP
    market_prices: Annotated[dict[str, Called], BeforeValidator(named_or_not), Field(description=NAMES)] = Field(
        default_factory=dict
    )
    varieties: Annotated[dict[str, Called], BeforeValidator(named_or_not), Field(description=NAMES)] = Field(
        default_factory=dict
    )
    sessions: Annotated[
        dict[str, SessionFile], BeforeValidator(of_names), Field(description=Sentence("a map of kinds of session"))
    ] = _NO_MAP
    without_sessions: Annotated[
        dict[str, SessionFile], BeforeValidator(of_names), Field(description=Sentence("a map of kinds of session"))
    ] = _NO_MAP
    sources: Annotated[
        dict[str, Called], BeforeValidator(named_or_not), Field(description=Sentence("names of groups of sessions"))
    ] = _NO_MAP
    transfers: TransfersFile | None = None
    sellers: Annotated[SellersFile | None, BeforeValidator(none)] = None
    explained: Annotated[ExplainedFile | None, BeforeValidator(none)] = None
    closing: Annotated[
        dict[str, ClosingFile],
        BeforeValidator(of_names),
        Field(description=Sentence("ledger items of extensions, by their names")),
    ] = _NO_MAP
    checks: Annotated[
        dict[str, CheckFile], BeforeValidator(of_names), Field(description=Sentence("names of checks"))
    ] = _NO_MAP
