"""The section ``shape`` of a rule set's file, read into `gridsim.rules.shape.MarketShape` with every fault at once.

First the models of `gridsim.rules.shape_model` look at each key. Then this reads the parts in which they found
nothing, with their price expressions, and `gridsim.rules.shape_checks` holds the parts against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gridsim.rules.definitions import read_definitions
from gridsim.rules.expression import Expression, Vocabulary, read_expression
from gridsim.rules.extended_shape import with_words_of_extensions
from gridsim.rules.shape import ENERGY, MarketShape
from gridsim.rules.shape_lists import (
    ChargeShape,
    ClosingShape,
    Exemption,
    FeeReturn,
    LegPrice,
    ModeShape,
    OffTariff,
    OverBand,
    ProductShape,
    RegimeShape,
    Scale,
    SellerShape,
    SessionKind,
    SoldItem,
    TariffItem,
    UnderBand,
)
from gridsim.rules.shape_pieces import (
    also_of,
    choice_of,
    clauses_of_way,
    explained_of,
    frozen_key,
    given_under,
    hours_of,
    meanings_of,
    names_of,
    numbered,
    value_or_name,
)
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.rules.expression import Tell
    from gridsim.rules.kinds import Kind
    from gridsim.rules.model_faults import Report
    from gridsim.rules.yamltext import Place
    from gridsim.words import Sentence as Told

__all__ = ["checked_shape", "read_shape", "sound_shape"]

_NAMED = (
    "periods", "products", "modes", "items", "accounts", "sessions", "without_sessions", "regimes", "tariff",
    "varieties", "sources", "market_prices", "notes",
)  # fmt: skip


def read_shape(raw: Mapping[str, Any], kinds: Mapping[str, Kind], tell: Tell) -> MarketShape:
    """Read a shape in which every key is as it may be.

    Parameters
    ----------
    raw : mapping
        Plain data of YAML.
    kinds : mapping of str to Kind
        Of the rule set's values, by path.
    tell : callable
        Is told of each fault of an expression.
    """
    return _Reading(raw, kinds, tell, frozenset()).shape()


def sound_shape(raw: Mapping[str, Any], kinds: Mapping[str, Kind]) -> MarketShape:
    """The shape that plain data say in which there is no fault: a shipped one, or one that was checked.

    Parameters
    ----------
    raw : mapping
        Plain data of YAML.
    kinds : mapping of str to Kind
        Of the rule set's values, by path.
    """

    def tell(place: Place, value: object, message: Told, allowed: Told) -> None:
        raise ValueError(f"{place}: {message} ({allowed})")

    return read_shape(raw, kinds, tell)


def checked_shape(raw: object, kinds: Mapping[str, Kind], report: Report) -> MarketShape | None:
    """The shape that a rule file says; None, and its faults, if there are any.

    Parameters
    ----------
    raw : object
        Plain data of the section.
    kinds : mapping of str to Kind
        Of the rule set's values, by path.
    report : Report
    """
    from pydantic import ValidationError

    from gridsim.rules.model_faults import tell_model_faults
    from gridsim.rules.shape_checks import check_names, check_parts, check_whole
    from gridsim.rules.shape_model import ShapeFile
    from gridsim.rules.value_checks import problems_of_hours

    if not isinstance(raw, Mapping):
        keys = Sentence("a map of periods, hours, products, modes and the other lists of a market")
        report.add(("shape",), raw, Sentence("not the shape of a market"), keys)
        return None
    before = report.count
    faulty: set[Place] = set()
    try:
        ShapeFile.model_validate(raw)
    except ValidationError as error:
        faulty = {
            tuple(part for part in detail["loc"] if part != "[key]") for detail in error.errors(include_url=False)
        }
        tell_model_faults(report, error, raw, ShapeFile, ("shape",))

    told = set(faulty)

    def tell(place: Place, value: object, message: Told, allowed: Told) -> None:
        told.add(place)
        report.add(("shape", *place), value, message, allowed)

    check_names(raw, tell)
    reading = _Reading(raw, kinds, tell, frozenset(faulty))
    shape = reading.shape()
    check_parts(shape, raw, kinds, tell)
    is_whole = report.count == before
    check_whole(shape, tell, frozenset(told))
    if not is_whole and not {"periods", "hours"} & {str(place[0]) for place in told if place}:
        for problem in problems_of_hours(shape):  # of a whole shape told with its values
            tell(problem.place, None, problem.message, problem.allowed)
    return shape if report.count == before else None


class _Reading:
    def __init__(self, raw: Mapping[str, Any], kinds: Mapping[str, Kind], tell: Tell, faulty: frozenset[Place]) -> None:
        self._raw, self._tell, self._faulty = raw, tell, faulty
        self._periods = tuple(name for name, _ in self._items("periods"))
        self._products = tuple(
            ProductShape(name, tuple(each["periods"] if isinstance(each, Mapping) else each))
            for name, each in self._items("products")
        )
        self._tariff = tuple(
            TariffItem(item, (each.get("by") if isinstance(each, Mapping) else each) in ("period", "by_period"))
            for item, each in self._items("tariff")
        )
        names = tuple(product.id for product in self._products)
        sessions = tuple(name for name, _ in (*self._items("sessions"), *self._items("without_sessions")))
        given = given_under(raw, "tariff")
        tariff = {str(item): False for item in given} if isinstance(given, Mapping | list) else {}
        vocabulary = Vocabulary(kinds, tariff | dict(self._tariff), self._periods, names, sessions=sessions)
        self._vocabulary = replace(
            vocabulary, definitions=read_definitions(dict(self._items("definitions")), vocabulary, tell)
        )

    # ---- what is sound ---------------------------------------------------------------------------------------------

    def _sound(self, *place: str | int) -> bool:
        """Whether no key at a place, within it or around it is at fault."""
        size = len(place)
        return not any(place[: len(wrong)] == wrong or wrong[:size] == place for wrong in self._faulty)

    def _sound_outside(self, *place: str | int) -> bool:
        """Whether no key at a place or directly in it is at fault: bands and charges are looked at one by one."""
        size = len(place)
        return not any(
            place[: len(wrong)] == wrong or (wrong[:size] == place and len(wrong) <= size + 1) for wrong in self._faulty
        )

    def _items(self, name: str) -> Iterator[tuple[str, Any]]:
        """The sound entries of a list that is a map."""
        given = given_under(self._raw, name)
        if isinstance(given, list):
            given = {str(each): {} for each in given} if name != "regimes" else numbered(given)
        if not isinstance(given, Mapping) or (name,) in self._faulty:
            return
        for key, each in given.items():
            if self._sound_outside(name, key) if name in _LAYERED else self._sound(name, key):
                yield key, {} if each is None else each

    def _each(self, raw: object, *place: str | int) -> Iterator[tuple[int, Any]]:
        """The sound entries of a list."""
        if isinstance(raw, list):
            yield from ((number, each) for number, each in enumerate(raw) if self._sound(*place, number))

    def _one(self, name: str) -> Mapping[str, Any]:
        given = given_under(self._raw, name)
        return given if isinstance(given, Mapping) and self._sound(name) else {}

    # ---- the parts -------------------------------------------------------------------------------------------------

    def shape(self) -> MarketShape:
        raw = self._raw
        modes = tuple(self._mode(name, each) for name, each in self._items("modes"))
        charges = {mode.id: mode.charges for mode in modes}
        off, order = self._one("off_tariff"), raw.get("order_of_legs", "pro_rata")
        checks, hours = list(self._items("checks")), self._each(raw.get("hours"), "hours")
        shape = MarketShape(
            periods=self._periods,
            hours=tuple(hours_of(each, ("hours", number), self._tell) for number, each in hours),
            products=self._products,
            modes=modes,
            tariff=self._tariff,
            accounts=tuple(name for name, _ in self._items("accounts")),
            coefficients=self._coefficients(),
            off_tariff=OffTariff(off["period"], tuple(off.get("modes", ())), tuple(off.get("also", ())))
            if off
            else None,
            scale=self._scale(),
            regimes=tuple(self._regime(name, each) for name, each in self._items("regimes")),
            outside=tuple(self._all_outside(charges)),
            direct=raw.get("counterparty", "direct") == "direct",
            order_of_legs=tuple(frozen_key(key) for key in order) if isinstance(order, list) else (),
            fees=self._fees(),
            sellers=self._sellers(),
            sessions=tuple(self._session("sessions", name, each) for name, each in self._items("sessions")),
            without_sessions=tuple(
                self._session("without_sessions", name, each) for name, each in self._items("without_sessions")
            ),
            varieties=tuple(name for name, _ in self._items("varieties")),
            closing=tuple(ClosingShape(name, each.get("clause") or "") for name, each in self._items("closing")),
            checks=tuple(name for name, _ in checks),
            check_clauses={name: each["clause"] for name, each in checks if "clause" in each},
            transfer_clause=str(self._one("transfers").get("clause", "")),
            transfer_variety=str(self._one("transfers").get("variety") or ""),
            words={name: names_of(dict(self._items(name))) for name in _NAMED},
            also={name: also_of(dict(self._items(name))) for name in _NAMED},
            meanings={name: meanings_of(dict(self._items(name))) for name in _NAMED},
            explained=explained_of(self._one("explained")),
        )
        return with_words_of_extensions(shape)

    def _scale(self) -> Scale:
        raw = self._one("scale")
        contracts, contains = raw.get("contracts"), raw.get("contains") or {}
        return Scale(
            (contracts["tariff"], contracts.get("period")) if isinstance(contracts, Mapping) else None,
            tuple((item, tuple(parts)) for item, parts in contains.items()),
        )

    def _price(self, raw: object, *place: str | int) -> Expression:
        found = read_expression(raw, place, self._vocabulary, self._tell)
        return found or Expression("number", arguments=(0,))

    def _ratio(self, raw: object, *place: str | int) -> Expression:
        found = read_expression(raw, place, self._vocabulary, self._tell, ratio=True)
        return found or Expression("number", arguments=(0,), is_ratio=True)

    def _maybe(self, raw: Mapping[str, Any], name: str, *place: str | int) -> Expression | None:
        return self._price(raw[name], *place, name) if raw.get(name) is not None else None

    def _fee(self, each: Mapping[str, Any], *place: str | int) -> Expression | None:
        found = self._maybe(each, "fee", *place)
        return None if found is None or found.is_zero else found

    def _over(self, each: Mapping[str, Any], *place: str | int) -> OverBand:
        exempt = each.get("exempt")
        return OverBand(
            edge=None if each["edge"] == "open" else self._ratio(each["edge"], *place, "edge"),
            price=self._price(each["price"], *place, "price"),
            payee=each["payee"],
            fee=self._fee(each, *place),
            exempt=Exemption(
                exempt["unfilled"], self._price(exempt["price_at_least"], *place, "exempt", "price_at_least")
            )
            if exempt
            else None,
            clause=each.get("clause") or "",
        )

    def _under(self, each: Mapping[str, Any], *place: str | int) -> UnderBand:
        return UnderBand(
            edge=self._ratio(each["edge"], *place, "edge"),
            price=self._price(each["price"], *place, "price"),
            fee=self._fee(each, *place),
            clause=each.get("clause") or "",
        )

    def _bands(self, raw: Mapping[str, Any], *place: str | int) -> tuple[tuple[OverBand, ...], tuple[UnderBand, ...]]:
        over, under = (self._each(raw.get(side), *place, side) for side in ("over", "under"))
        return (
            tuple(self._over(each, *place, "over", number) for number, each in over),
            tuple(self._under(each, *place, "under", number) for number, each in under),
        )

    def _charge(self, raw: Mapping[str, Any], *place: str | int) -> ChargeShape:
        return ChargeShape(
            item=raw["item"],
            price=self._price(raw["price"], *place, "price"),
            payee=raw["payee"],
            base=raw.get("base", "in_band"),
            only_on_tariff=raw.get("only") is not None,
            clause=raw.get("clause") or "",
        )

    def _mode(self, name: str, raw: Mapping[str, Any]) -> ModeShape:
        over, under = self._bands(raw, "modes", name)
        charges = self._each(raw.get("charges"), "modes", name, "charges")
        return ModeShape(
            name,
            tuple(raw["products"]),
            over,
            under,
            tuple(self._charge(each, "modes", name, "charges", number) for number, each in charges),
            clauses_of_way(raw, over, under),
        )

    def _all_outside(
        self, charges: Mapping[str, tuple[ChargeShape, ...]]
    ) -> Iterator[tuple[str, tuple[ChargeShape, ...]]]:
        given = given_under(self._raw, "outside")
        for why, entries in given.items() if isinstance(given, Mapping) else ():
            found: list[ChargeShape] = []
            for number, each in self._each(entries, "outside", why):
                if each.get("charges") is not None:
                    found += charges.get(each["charges"], ())
                elif {"item", "price", "payee"} <= set(each):
                    found.append(self._charge({"base": "metered"} | dict(each), "outside", why, number))
                else:
                    self._tell(("outside", why, number), None, Sentence("a charge is not whole"), _WHOLE_CHARGE)
            if isinstance(entries, list):
                yield why, tuple(found)

    def _coefficients(self) -> tuple[Expression, ...]:
        given = dict(self._items("coefficients"))
        if not given or not set(self._periods) <= set(given):
            return ()
        return tuple(self._ratio(given[period], "coefficients", period) for period in self._periods)

    def _regime(self, name: str, raw: Mapping[str, Any]) -> RegimeShape:
        over, under = self._bands(raw, "regimes", name)
        months = raw["months"]
        price = raw.get("leg_price") if self._sound("regimes", name, "leg_price") else None
        return RegimeShape(
            id=name,
            months=str(months.get("value")) if isinstance(months, Mapping) else tuple(map(str, months)),
            trial=raw.get("trial") in (True, "true"),
            over=over,
            under=under,
            leg_price=LegPrice(price["mean_of_product"], tuple(price.get("keeps", ()))) if price else None,
            charges=tuple(given_under(raw, "charges").items()),
            clauses=clauses_of_way(raw, over, under),
        )

    def _fees(self) -> FeeReturn | None:
        raw = self._one("fees")
        if not raw:
            return None
        back = given_under(raw, "returned")
        return FeeReturn(
            raw["item"],
            raw["payee"],
            back.get("item", ""),
            tuple(back.get("to", ())),
            given_under(back, "of_grid").get("table", ""),
            raw.get("clause") or "",
            back.get("clause") or "",
        )

    def _sellers(self) -> SellerShape | None:
        raw = self._one("sellers")
        if not raw:
            return None

        def item(name: str, account: str = "account") -> SoldItem | None:
            each = given_under(raw, name)
            if not each:
                return None
            price = self._maybe(each, "price", "sellers", name)
            return SoldItem(each.get("item", ENERGY), each.get(account, ""), price, each.get("clause") or "")

        over, under, balance = item("over"), item("under"), item("balance", "of")
        assert over is not None and under is not None and balance is not None  # noqa: PT018  # the models ask for them
        fee = item("fee")
        payee = self._one("fees").get("payee", "")
        return SellerShape(
            structural=item("structural"),
            over=over,
            under=under,
            fee=None if fee is None else fee._replace(account=payee),
            fee_free=self._ratio(raw["fee"]["free"], "sellers", "fee", "free") if fee is not None else None,
            balance=balance,
            balance_if_none=raw["balance"].get("if_none") or "",
            energy=item("take_or_pay", "payer"),
        )

    def _session(self, section: str, name: str, raw: Mapping[str, Any]) -> SessionKind:
        ties = raw.get("ties", "time")
        if isinstance(ties, Mapping):
            sides = (
                (str(side), tuple(keys) if isinstance(keys, list) else (str(keys),)) for side, keys in ties.items()
            )
            ties = str(ties["value"]) if "value" in ties else tuple(sides)
        heat = raw.get("heat_priority", False)
        return SessionKind(
            id=name,
            how=value_or_name(raw["how"]),
            annual=raw.get("annual") in (True, "true"),
            group=raw.get("group") or "",
            clamp=raw.get("clamp") in (True, "true"),
            price_floor=self._maybe(raw, "price_floor", section, name),
            price_cap=self._maybe(raw, "price_cap", section, name),
            ties=ties,
            k=self._ratio(raw["k"], section, name, "k") if raw.get("k") is not None else None,
            heat_priority=value_or_name(heat) if isinstance(heat, Mapping) else heat in (True, "true"),
            takers=raw.get("takers") is not None,
            accounts=tuple(raw.get("accounts", ())),
            transfers=choice_of(raw.get("transfers", "none")),
            segments=raw.get("segments") in (True, "true"),
            clause=raw.get("clause") or "",
            rules=raw.get("rules", {}),
        )


_LAYERED = ("modes", "regimes")
_WHOLE_CHARGE = Sentence("item, price and payee, or charges with the name of a mode")
