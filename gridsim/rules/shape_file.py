"""The section ``shape`` of a rule set's file, read into `gridsim.rules.shape.MarketShape`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from gridsim.rules.expression import Expression, Vocabulary, read_expression
from gridsim.rules.shape import (
    ChargeShape,
    Exemption,
    ExplainedShape,
    FeeReturn,
    HoursEntry,
    LegPrice,
    MarketShape,
    ModeShape,
    OffTariff,
    OverBand,
    ProductShape,
    RegimeShape,
    SellerShape,
    SessionKind,
    SoldItem,
    TariffItem,
    UnderBand,
)
from gridsim.rules.wording import Words

if TYPE_CHECKING:
    from gridsim.rules.expression import Tell
    from gridsim.rules.kinds import Kind

__all__ = ["read_shape", "shipped_shape"]

_NAMED = (
    *("periods", "products", "modes", "items", "accounts", "sessions", "without_sessions", "regimes", "tariff"),
    *("varieties", "market_prices", "notes"),
)
_FORMS = ("chart", "statement", "tab")


def read_shape(raw: Mapping[str, Any], kinds: Mapping[str, Kind], tell: Tell) -> MarketShape:
    """Read the shape of a market.

    Parameters
    ----------
    raw : mapping
        Plain data of YAML.
    kinds : mapping of str to Kind
        Of the rule set's values, by path.
    tell : callable
        Is told of each fault.
    """
    return _Reading(raw, kinds, tell).shape()


@cache
def shipped_shape(name: str) -> MarketShape:
    """The shape of a shipped rule set."""
    from gridsim.rules.schema import FIELDS
    from gridsim.rules.shipped import shipped_text

    def tell(*fault: object) -> None:
        raise AssertionError(fault)

    return read_shape(shipped_text(name)[0].data["shape"], FIELDS, tell)


class _Reading:
    def __init__(self, raw: Mapping[str, Any], kinds: Mapping[str, Kind], tell: Tell) -> None:
        self._raw, self._tell = raw, tell
        self._periods = tuple(_given(raw, "periods"))
        self._products = tuple(
            ProductShape(name, tuple(each["periods"] if isinstance(each, Mapping) else each))
            for name, each in _given(raw, "products").items()
        )
        self._tariff = tuple(
            TariffItem(item, (each.get("by") if isinstance(each, Mapping) else each) in ("period", "by_period"))
            for item, each in _given(raw, "tariff").items()
        )
        self._vocabulary = Vocabulary(
            kinds=kinds,
            tariff=dict(self._tariff),
            periods=self._periods,
            products=tuple(product.id for product in self._products),
        )
        definitions: dict[str, Expression] = {}
        for name, each in _given(raw, "definitions").items():
            found = self._expression(each, ("definitions", name), ratio=None)
            if found is not None:
                definitions[name] = found
        self._vocabulary = Vocabulary(kinds, dict(self._tariff), self._periods, self._vocabulary.products, definitions)

    def shape(self) -> MarketShape:
        raw = self._raw
        modes = tuple(self._mode(name, each) for name, each in _given(raw, "modes").items())
        charges = {mode.id: mode.charges for mode in modes}
        outside = tuple(
            (why, tuple(charge for each in entries for charge in self._outside(each, charges, ("outside", why))))
            for why, entries in _given(raw, "outside").items()
            if entries != "none"
        )
        off = raw.get("off_tariff", "none")
        order = raw.get("order_of_legs", "pro_rata")
        return MarketShape(
            periods=self._periods,
            hours=tuple(map(_hours, raw["hours"])),
            products=self._products,
            modes=modes,
            tariff=self._tariff,
            accounts=tuple(_given(raw, "accounts")),
            coefficients=self._coefficients(),
            off_tariff=None
            if off == "none"
            else OffTariff(off["period"], tuple(off.get("modes", ())), tuple(off.get("also", ()))),
            regimes=self._regimes(),
            outside=outside,
            direct=raw.get("counterparty", "direct") == "direct",
            order_of_legs=() if order == "pro_rata" else tuple(_frozen(key) for key in order),
            fees=self._fees(),
            sellers=self._sellers(),
            sessions=self._sessions("sessions"),
            without_sessions=self._sessions("without_sessions"),
            varieties=tuple(_given(raw, "varieties")),
            checks=tuple(raw.get("checks", ())),
            transfer_clause=str(_given(raw, "transfers").get("clause", "")),
            words={name: _words(_given(raw, name)) for name in _NAMED},
            forms={form: {name: _forms(_given(raw, name), form) for name in _NAMED} for form in _FORMS},
            also={name: _also(_given(raw, name)) for name in _NAMED},
            meanings={name: _meanings(_given(raw, name)) for name in _NAMED},
            explained=_explained(_given(raw, "explained")),
        )

    def _expression(
        self, raw: object, place: tuple[str | int, ...], *, ratio: bool | None = False
    ) -> Expression | None:
        if ratio is None:
            ratio = isinstance(raw, Mapping) and "steps" in raw
        return read_expression(raw, place, self._vocabulary, self._tell, ratio=ratio)

    def _price(self, raw: object, *place: str | int) -> Expression:
        return self._expression(raw, place) or Expression("number", arguments=(0,))

    def _ratio(self, raw: object, *place: str | int) -> Expression:
        return self._expression(raw, place, ratio=True) or Expression("number", arguments=(0,), is_ratio=True)

    def _fee(self, each: Mapping[str, Any], *place: str | int) -> Expression | None:
        if "fee" not in each:
            return None
        found = self._price(each["fee"], *place, "fee")
        return None if found.is_zero else found

    def _over(self, each: Mapping[str, Any], *place: str | int) -> OverBand:
        exempt = each.get("exempt")
        return OverBand(
            edge=None if each["edge"] == "open" else self._ratio(each["edge"], *place, "edge"),
            price=self._price(each["price"], *place, "price"),
            payee=each["payee"],
            fee=self._fee(each, *place),
            exempt=Exemption(exempt["unfilled"], self._price(exempt["price_at_least"], *place, "exempt"))
            if exempt
            else None,
        )

    def _under(self, each: Mapping[str, Any], *place: str | int) -> UnderBand:
        return UnderBand(
            edge=self._ratio(each["edge"], *place, "edge"),
            price=self._price(each["price"], *place, "price"),
            fee=self._fee(each, *place),
        )

    def _bands(self, raw: Mapping[str, Any], *place: str | int) -> tuple[tuple[OverBand, ...], tuple[UnderBand, ...]]:
        over = tuple(self._over(each, *place, "over", number) for number, each in enumerate(raw["over"]))
        under = tuple(self._under(each, *place, "under", number) for number, each in enumerate(raw.get("under") or ()))
        return over, under

    def _charge(self, raw: Mapping[str, Any], *place: str | int) -> ChargeShape:
        return ChargeShape(
            item=raw["item"],
            price=self._price(raw["price"], *place, "price"),
            payee=raw["payee"],
            base=raw.get("base", "in_band"),
            only_on_tariff="only" in raw,
        )

    def _mode(self, name: str, raw: Mapping[str, Any]) -> ModeShape:
        over, under = self._bands(raw, "modes", name)
        charges = tuple(
            self._charge(each, "modes", name, "charges", number) for number, each in enumerate(raw.get("charges") or ())
        )
        return ModeShape(name, tuple(raw["products"]), over, under, charges)

    def _outside(
        self, raw: Mapping[str, Any], charges: Mapping[str, tuple[ChargeShape, ...]], place: tuple[str | int, ...]
    ) -> tuple[ChargeShape, ...]:
        if "charges" in raw:
            return charges[raw["charges"]]
        return (self._charge({"base": "metered"} | dict(raw), *place),)

    def _coefficients(self) -> tuple[Expression, ...]:
        given = _given(self._raw, "coefficients")
        return tuple(self._ratio(given[period], "coefficients", period) for period in self._periods) if given else ()

    def _regimes(self) -> tuple[RegimeShape, ...]:
        given = self._raw.get("regimes") or {}
        if not isinstance(given, Mapping):
            given = {f"regime {number}": each for number, each in enumerate(given, 1)}
        found = []
        for name, raw in given.items():
            over, under = self._bands(raw, "regimes", name)
            months, price = raw["months"], raw.get("leg_price")
            found.append(
                RegimeShape(
                    id=name,
                    months=months["value"] if isinstance(months, Mapping) else tuple(months),
                    trial=raw.get("trial") in (True, "true"),
                    over=over,
                    under=under,
                    leg_price=LegPrice(price["mean_of_product"], tuple(price.get("keeps", ()))) if price else None,
                    charges=tuple(_given(raw, "charges").items()),
                )
            )
        return tuple(found)

    def _fees(self) -> FeeReturn | None:
        raw = _given(self._raw, "fees")
        if not raw:
            return None
        back = _given(raw, "returned")
        return FeeReturn(
            raw["item"],
            raw["payee"],
            back.get("item", ""),
            tuple(back.get("to", ())),
            _given(back, "of_grid").get("table", ""),
        )

    def _sellers(self) -> SellerShape | None:
        raw = _given(self._raw, "sellers")
        if not raw:
            return None

        def item(name: str, account: Callable[[Mapping[str, Any]], str]) -> SoldItem | None:
            each = _given(raw, name)
            if not each:
                return None
            price = self._price(each["price"], "sellers", name, "price") if "price" in each else None
            return SoldItem(each["item"], account(each), price)

        over, under = (item(name, lambda each: each["account"]) for name in ("over", "under"))
        balance = item("balance", lambda each: each.get("of", "MARKET"))
        assert over is not None and under is not None and balance is not None  # noqa: PT018  # told of by the checks
        fee = _given(raw, "fee")
        return SellerShape(
            structural=item("structural", lambda each: each["account"]),
            over=over,
            under=under,
            fee=item("fee", lambda _: "GRID"),
            fee_free=self._ratio(fee["free"], "sellers", "fee", "free") if fee else None,
            balance=balance,
            balance_if_none=raw["balance"]["if_none"],
        )

    def _sessions(self, section: str) -> tuple[SessionKind, ...]:
        found = []
        for name, raw in _given(self._raw, section).items():
            ties = raw.get("ties", "time")
            if isinstance(ties, Mapping):
                ties = ties["value"] if "value" in ties else tuple((side, tuple(keys)) for side, keys in ties.items())
            heat = raw.get("heat_priority", False)
            found.append(
                SessionKind(
                    id=name,
                    how=_value_or_name(raw["how"]),
                    annual=raw.get("annual") in (True, "true"),
                    group=raw.get("group", ""),
                    clamp=raw.get("clamp") in (True, "true"),
                    ties=ties,
                    k=self._ratio(raw["k"], section, name, "k") if "k" in raw else None,
                    heat_priority=heat["value"] if isinstance(heat, Mapping) else heat in (True, "true"),
                    takers="takers" in raw,
                    accounts=tuple(raw.get("accounts", ())),
                    transfers=_value_or_name(raw.get("transfers", "none")),
                    segments=raw.get("segments") in (True, "true"),
                    rules=raw.get("rules", {}),
                )
            )
        return tuple(found)


def _value_or_name(raw: Any) -> str:
    return str(raw["value"] if isinstance(raw, Mapping) else raw)


def _given(raw: Mapping[str, Any], name: str) -> Any:
    """What stands under a name; an empty map where nothing does."""
    found = raw.get(name)
    return {} if found is None or found == "none" else found


def _frozen(key: object) -> object:
    if isinstance(key, Mapping):
        return tuple((name, tuple(each) if isinstance(each, list) else each) for name, each in key.items())
    return key


def _words(given: Any) -> dict[str, Words]:
    """The names of a list, by id; the id itself where there is none."""
    if isinstance(given, list):
        return {name: Words(name, name) for name in given if isinstance(name, str)}
    return {
        name: Words(str(each.get("en", name)), str(each.get("zh", name)))
        if isinstance(each, Mapping)
        else Words(name, name)
        for name, each in given.items()
    }


def _explained(given: Mapping[str, Any]) -> ExplainedShape:
    """What explanations of the market say in its own words, and what their steps rest on."""
    return ExplainedShape(
        {name: Words.of(each) for name, each in _given(given, "sentences").items()},
        {name: tuple(paths) for name, paths in _given(given, "rests_on").items()},
    )


def _forms(given: Mapping[str, Any], form: str) -> dict[str, Words]:
    """The names of a list that are other ones in some place, by id."""
    if not isinstance(given, Mapping):
        return {}
    found = {name: each["forms"] for name, each in given.items() if isinstance(each, Mapping) and "forms" in each}
    return {name: Words.of(forms[form]) for name, forms in found.items() if form in forms}


def _also(given: Any) -> dict[str, tuple[str, ...]]:
    """Other Chinese names of a list, by id; those of an item by period by both ids."""
    found: dict[str, tuple[str, ...]] = {}
    for name, each in given.items() if isinstance(given, Mapping) else ():
        also = each.get("also", ()) if isinstance(each, Mapping) else ()
        if isinstance(also, Mapping):
            found |= {f"{name}_{period}": tuple(names) for period, names in also.items()}
        elif also:
            found[name] = tuple(also)
    return found


def _meanings(given: Any) -> dict[str, str]:
    pairs = given.items() if isinstance(given, Mapping) else ()
    return {name: str(each["meaning"]) for name, each in pairs if isinstance(each, Mapping) and "meaning" in each}


def _hours(raw: Mapping[str, Any]) -> HoursEntry:
    def ranges(each: Any) -> Any:
        if isinstance(each, Mapping):
            return each["value"]
        return tuple((_minutes(start), _minutes(end)) for start, _, end in (text.partition("-") for text in each))

    return HoursEntry(
        use=tuple((period, ranges(each)) for period, each in raw["use"].items()),
        months=tuple(int(month) for month in raw["months"]) if "months" in raw else tuple(range(1, 13)),
        days=raw.get("days", "all"),
        since=raw.get("from", ""),
    )


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return 60 * int(hour) + int(minute)
