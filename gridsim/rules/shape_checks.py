"""What the parts of a shape ask of each other: names that are known, periods and products that fit, words in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gridsim.calendar import is_month
from gridsim.extensions import Kind as ExtensionKind
from gridsim.extensions import find, known_names, missing
from gridsim.rules.expression import Expression
from gridsim.rules.extended_shape import CHECKS, MECHANISMS
from gridsim.rules.model_faults import allowed_name
from gridsim.rules.shape import ENERGY, MARKET, OVERRUN, SHORTFALL, TRANSFER
from gridsim.rules.shape_calendar import check_calendar
from gridsim.rules.shape_columns import equal_columns
from gridsim.rules.shape_lists import Choice
from gridsim.suggest import nearest
from gridsim.words import Sentence, named, verbatim

if TYPE_CHECKING:
    from gridsim.rules.expression import Tell
    from gridsim.rules.kinds import Kind
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ChargeShape, OverBand, UnderBand
    from gridsim.rules.yamltext import Place

__all__ = ["check_names", "check_parts", "check_whole"]

LISTS = (
    "periods", "products", "modes", "accounts", "tariff", "items", "regimes", "definitions", "market_prices",
    "varieties", "sessions", "without_sessions",
)  # fmt: skip
_ID = re.compile(r"[^\s/.,:;|{}\[\]\"'`#]{1,40}")
_TAKEN = ("en", "zh", "clause", "none", "open")
_OWN_ITEMS = (ENERGY, SHORTFALL, OVERRUN, TRANSFER)
_OF_CELL = frozenset({"tariff", "coefficient"})
_OF_POSITION = frozenset({"contract_mean", "in_band_mean", "mean_of_product"})
_NOWHERE: frozenset[str] = frozenset()
_HOW = ("filings", *MECHANISMS)
_TRANSFERS = ("none", "also", "only", "with_segment")
_TIES = ("time", "pro_rata", "pro_rata_at_the_margin")
_SIDES, _TIE_KEYS = ("sell", "buy"), ("time", "capacity", "file")
_LEG_KEYS = ("variety", "ends_this_month", "group", "price", "time")
_OUTSIDE = ("left_market", "priority_purchase")
_IN_UNIT = _OF_CELL | _OF_POSITION


def ids(raw: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The ids of a list, whether its entries are sound or not."""
    given = raw.get(name)
    return tuple(map(str, given)) if isinstance(given, Mapping | list) else ()


def check_names(raw: Mapping[str, Any], tell: Tell) -> None:
    """Ids that can be ids: file names, columns and ids of units are made of them."""
    for name in LISTS:
        seen: set[str] = set()
        for each in ids(raw, name) if name != "regimes" or isinstance(raw.get(name), Mapping) else ():
            if not _ID.fullmatch(each):
                allowed = Sentence("1 to 40 letters, digits, - and _, without blanks")
                tell((name, each), each, Sentence("this can't be an id"), allowed)
            elif each in _TAKEN or (each == MARKET and name != "accounts"):
                tell((name, each), each, Sentence("this name is taken"), Sentence("another id"))
            elif each in seen:
                tell((name,), each, Sentence("{name} stands here twice", name=each), Sentence("each id once"))
            seen.add(each)


def check_parts(shape: MarketShape, raw: Mapping[str, Any], kinds: Mapping[str, Kind], tell: Tell) -> None:
    """Names that there are, and words of expressions that may stand where they do."""
    _Checks(shape, raw, kinds, tell).all()


class _Checks:
    def __init__(self, shape: MarketShape, raw: Mapping[str, Any], kinds: Mapping[str, Kind], tell: Tell) -> None:
        self.shape, self.raw, self.kinds, self.tell = shape, raw, kinds, tell
        self.names = {name: ids(raw, name) for name in LISTS}
        self.accounts = (*self.names["accounts"], *(() if shape.direct else (MARKET,)))
        self.sessions = (*self.names["sessions"], *self.names["without_sessions"])

    def known(self, name: object, known: Iterable[str], *place: str | int) -> bool:
        """Whether a name is one of those known; if not, that is a fault with the nearest right one."""
        names = tuple(dict.fromkeys(known))
        if name in names:
            return True
        allowed = allowed_name(named(names), nearest(str(name), names))
        self.tell(place, name, Sentence("there is no such name"), allowed)
        return False

    def words(self, expression: Expression | None, allowed: frozenset[str], *place: str | int) -> None:
        """Whether the words of an expression may stand there."""
        if expression is None:
            return
        for each in expression.walk():
            if each.word in _OF_CELL - allowed:
                message = Sentence("{word} stands only where a line is of a user's period", word=each.word)
                self.tell(place, None, message, Sentence("a price that is the same for all users"))
                return
            if each.word in _OF_POSITION - allowed:
                message = Sentence("{word} stands only where a line is of a position", word=each.word)
                self.tell(place, None, message, Sentence("a price that rests on no contract"))
                return
            if each.word == "coefficient" and not self.shape.coefficients:
                message = Sentence("a coefficient is used, and not every period has one")
                self.tell(place, None, message, Sentence("a coefficient for each period under coefficients"))
                return

    def all(self) -> None:
        """Look at every part."""
        shape = self.shape
        for number, entry in enumerate(shape.hours):
            for period, hours in entry.use:
                self.known(period, self.names["periods"], "hours", number, "use", period)
                if isinstance(hours, str):
                    self.value_of(hours, ("hours",), "hours", number, "use", period)
        for product in shape.products:
            for place, period in enumerate(product.periods):
                self.known(period, self.names["periods"], "products", product.id, "periods", place)
        for number, expression in enumerate(shape.coefficients):
            self.words(expression, _NOWHERE, "coefficients", shape.periods[number])
        for period in ids(self.raw, "coefficients"):
            self.known(period, self.names["periods"], "coefficients", period)
        for mode in shape.modes:
            for place, product_id in enumerate(mode.products):
                self.known(product_id, self.names["products"], "modes", mode.id, "products", place)
            self.bands(mode.over, mode.under, "modes", mode.id)
            self.charges(mode.charges, _IN_UNIT, "modes", mode.id, "charges")
        for why, charges in shape.outside:
            self.known(why, _OUTSIDE, "outside", why)
            self.outside(why, charges)
        self.regimes()
        self.off_tariff()
        self.scale()
        self.money()
        self.kinds_of_session()
        for check in shape.checks:
            if check not in CHECKS:
                self.extension("check", check, CHECKS, "checks", check)
        for closing in shape.closing:
            self.extension("item", closing.item, (), "closing", closing.item)
            if closing.item in (*_OWN_ITEMS, *shape.charge_items):
                message = Sentence("two charges of one item")
                self.tell(("closing", closing.item), closing.item, message, Sentence("each item once"))

    def value_of(self, path: str, units: tuple[str, ...], *place: str | int) -> None:
        kind = self.kinds.get(path)
        if kind is None or kind.unit not in units:
            of_unit = [known for known, each in self.kinds.items() if each.unit in units]
            message = Sentence("there is no value of this unit ({unit})", unit=units[0])
            self.tell(place, path, message, allowed_name(named(of_unit), nearest(path, of_unit)))

    def bands(self, over: tuple[OverBand, ...], under: tuple[UnderBand, ...], *place: str | int) -> None:
        if not over:
            all_in_band = Sentence("at least one band; with edge: open all energy is in band")
            self.tell(
                (*place, "over"), None, Sentence("nothing says what energy above the contract costs"), all_in_band
            )
        for number, band in enumerate(over):
            here: Place = (*place, "over", number)
            if band.edge is None and len(over) > 1:
                message = Sentence("an open edge beside other bands")
                self.tell((*here, "edge"), "open", message, Sentence("open as the only band over, or a ratio"))
            self.words(band.edge, _NOWHERE, *here, "edge")
            self.words(band.price, _IN_UNIT, *here, "price")
            self.words(band.fee, _OF_POSITION, *here, "fee")
            self.known(band.payee, self.accounts, *here, "payee")
            if band.exempt is not None:
                self.known(band.exempt.kind, self.sessions, *here, "exempt", "unfilled")
                self.words(band.exempt.price_at_least, _NOWHERE, *here, "exempt", "price_at_least")
            self.fee_needs(band.fee, *here, "fee")
        for number, below in enumerate(under):
            here = (*place, "under", number)
            self.words(below.edge, _NOWHERE, *here, "edge")
            self.words(below.price, _OF_POSITION, *here, "price")
            self.words(below.fee, _OF_POSITION, *here, "fee")
            self.fee_needs(below.fee, *here, "fee")

    def fee_needs(self, fee: Expression | None, *place: str | int) -> None:
        if fee is not None and self.raw.get("fees") in (None, "none"):
            message = Sentence("a fee, and nothing says who collects fees")
            self.tell(place, None, message, Sentence("the section fees, with item and payee"))

    def charges(self, charges: tuple[ChargeShape, ...], allowed: frozenset[str], *place: str | int) -> None:
        seen: set[str] = set()
        for number, charge in enumerate(charges):
            if charge.item in _OWN_ITEMS:
                message = Sentence("this item is gridsim's own")
                self.tell((*place, number, "item"), charge.item, message, Sentence("another name"))
            elif charge.item in seen:
                message = Sentence("two charges of one item")
                self.tell((*place, number, "item"), charge.item, message, Sentence("each item once"))
            seen.add(charge.item)
            self.known(charge.payee, self.accounts, *place, number, "payee")
            self.words(charge.price, allowed, *place, number, "price")

    def outside(self, why: str, charges: tuple[ChargeShape, ...]) -> None:
        given = _map(self.raw, "outside").get(why)
        own = [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []
        places = [number for number, each in enumerate(own) if each.get("charges") is None]
        mine = [charge for charge in charges if any(each.get("item") == charge.item for each in own)]
        for number, charge in zip(places, mine, strict=False):
            self.known(charge.payee, self.accounts, "outside", why, number, "payee")
            self.words(charge.price, _OF_CELL, "outside", why, number, "price")
        seen: set[str] = set()
        for charge in charges:
            if charge.item in seen or charge.item in _OWN_ITEMS:
                message = (
                    Sentence("two charges of one item")
                    if charge.item in seen
                    else Sentence("this item is gridsim's own")
                )
                self.tell(("outside", why), charge.item, message, Sentence("each item once"))
            seen.add(charge.item)
        for number, each in enumerate(own):
            if each.get("charges") is not None:
                here: Place = ("outside", why, number, "charges")
                if self.known(each["charges"], self.names["modes"], *here):
                    self.of_mode(str(each["charges"]), *here)

    def of_mode(self, mode: str, *place: str | int) -> None:
        """Charges of a mode that users without a unit pay: none may rest on a contract."""
        for each in self.shape.modes:
            for charge in each.charges if each.id == mode else ():
                self.words(charge.price, _OF_CELL, *place)

    def regimes(self) -> None:
        modes = self.names["modes"]
        for regime in self.shape.regimes:
            here: Place = ("regimes", regime.id)
            self.bands(regime.over, regime.under, *here)
            if isinstance(regime.months, str):
                self.value_of(regime.months, ("months",), *here, "months")
            else:
                for number, month in enumerate(regime.months):
                    if not is_month(month):
                        self.tell((*here, "months", number), month, Sentence("not a month"), verbatim("YYYY-MM"))
            if regime.leg_price is not None:
                self.known(regime.leg_price.product, self.names["products"], *here, "leg_price", "mean_of_product")
                for number, product in enumerate(regime.leg_price.keeps):
                    self.known(product, self.names["products"], *here, "leg_price", "keeps", number)
            for mode, other in regime.charges:
                if self.known(mode, modes, *here, "charges", mode):
                    self.known(other, modes, *here, "charges", mode)

    def off_tariff(self) -> None:
        off = self.shape.off_tariff
        if off is not None:
            self.known(off.period, self.names["periods"], "off_tariff", "period")
            for number, mode in enumerate(off.modes):
                self.known(mode, self.names["modes"], "off_tariff", "modes", number)

    def scale(self) -> None:
        items, scale = [item.id for item in self.shape.tariff], self.shape.scale
        if scale.contracts is not None:
            item, period = scale.contracts
            if self.known(item, items, "scale", "contracts", "tariff") and period is not None:
                periods = self.names["periods"] if dict(self.shape.tariff)[item] else ()
                self.known(period, periods, "scale", "contracts", "period")
        for item, parts in scale.contains:
            self.known(item, items, "scale", "contains", item)
            for place, part in enumerate(parts):
                self.known(part, items, "scale", "contains", item, place)

    def money(self) -> None:
        """Fees and sellers."""
        fees, sellers = self.shape.fees, self.shape.sellers
        if fees is not None:
            self.known(fees.payee, self.accounts, "fees", "payee")
            for number, who in enumerate(fees.to):
                self.known(who, ("direct_users", "retailers", *self.accounts), "fees", "returned", "to", number)
        if sellers is None:
            return
        if self.shape.direct:
            message = Sentence("sellers settle only where an account stands between buyers and sellers")
            self.tell(("sellers",), None, message, verbatim("counterparty: market"))
        parts = {"structural": sellers.structural, "over": sellers.over, "under": sellers.under, "fee": sellers.fee}
        for name, part in parts.items():
            if part is not None:
                self.words(part.price, _NOWHERE, "sellers", name, "price")
                if name != "fee":
                    self.known(part.account, self.accounts, "sellers", name, "account")
        if sellers.fee is not None and fees is None:
            self.fee_needs(sellers.fee.price, "sellers", "fee")
        self.words(sellers.fee_free, _NOWHERE, "sellers", "fee", "free")
        self.known(sellers.balance.account, self.accounts, "sellers", "balance", "of")
        if sellers.energy is not None:
            self.known(sellers.energy.account, self.accounts, "sellers", "take_or_pay", "payer")

    def kinds_of_session(self) -> None:
        order = self.raw.get("order_of_legs", "pro_rata")
        if order != "pro_rata" and not (isinstance(order, list) and order):
            self.tell(("order_of_legs",), order, Sentence("not an order of legs"), _ORDERS)
        for number, key in enumerate(order if isinstance(order, list) else ()):
            name = next((each for each in key if each != "first"), "") if isinstance(key, Mapping) else key
            self.known(name, _LEG_KEYS, "order_of_legs", number)
        for section in ("sessions", "without_sessions"):
            for kind in getattr(self.shape, section):
                here: Place = (section, kind.id)
                self.mechanism(kind.how, *here, "how")
                if isinstance(kind.transfers, Choice):
                    self.value_of(kind.transfers.value, ("option",), *here, "transfers", "choose", "value")
                    for option, word in kind.transfers.options:
                        self.known(word, _TRANSFERS, *here, "transfers", "choose", option)
                else:
                    self.option(kind.transfers, _TRANSFERS, *here, "transfers")
                if isinstance(kind.ties, str):
                    self.option(kind.ties, _TIES, *here, "ties")
                    if kind.ties == _TIES[2] and kind.how != "uniform":
                        self.tell((*here, "ties"), kind.ties, Sentence("only in uniform sessions"), named(_TIES[:2]))
                elif isinstance(kind.ties, tuple):
                    for side, keys in kind.ties:
                        self.known(side, _SIDES, *here, "ties", side)
                        for number, key in enumerate(keys):
                            self.known(key, _TIE_KEYS, *here, "ties", side, number)
                else:
                    self.known(kind.ties, _TIES, *here, "ties")
                if isinstance(kind.heat_priority, str):
                    self.value_of(kind.heat_priority, ("flag",), *here, "heat_priority")
                if kind.takers and kind.how != "uniform":
                    self.tell((*here, "takers"), None, Sentence("only in uniform sessions"), verbatim("how: uniform"))
                check_calendar(kind.rules, (*here, "rules"), self.tell, self.value_of)
                for number, account in enumerate(kind.accounts):
                    self.known(account, self.accounts, *here, "accounts", number)
                for name in ("k", "price_floor", "price_cap"):
                    self.words(getattr(kind, name), _NOWHERE, *here, name)

    def mechanism(self, name: str, *place: str | int) -> None:
        """A mechanism of gridsim's or of an extension, or the value that names one."""
        if name in _HOW or name in self.kinds or "." in name:
            self.option(name, _HOW, *place)
        else:
            self.extension("mechanism", name, _HOW, *place)

    def extension(self, kind: ExtensionKind, name: str, own: tuple[str, ...], *place: str | int) -> None:
        """A name that an extension has."""
        if find(kind, name) is None:
            known = (*own, *known_names(kind))
            allowed = (
                allowed_name(named(known), nearest(name, known)) if known else Sentence("the name of an extension")
            )
            self.tell(place, name, missing(kind, name), allowed)

    def option(self, name: str, known: tuple[str, ...], *place: str | int) -> None:
        """A name of gridsim's, or the value that names one."""
        if name in known:
            return
        if name in self.kinds:
            self.value_of(name, ("option",), *place)
        else:
            self.known(name, known, *place)


_ORDERS = Sentence("{pro_rata}, or a list of {names}", pro_rata="pro_rata", names=named(_LEG_KEYS))


def _map(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}


def check_whole(shape: MarketShape, tell: Tell, told: frozenset[Place]) -> None:
    """What can be asked of sound parts together: each mode covers each period once, each product has one mode.

    Parameters
    ----------
    shape : MarketShape
    tell : callable
        Is told of each fault.
    told : frozenset of tuple
        The places of what is wrong already: what rests on that is not asked.
    """
    lists = {str(place[0]) for place in told if place}
    modes_are_sound = not any(
        place[:1] == ("modes",) and (len(place) <= _OF_MODE or "products" in place) for place in told
    )
    found: list[tuple[Place, Sentence, Sentence]] = []
    if not {"periods", "products"} & lists and modes_are_sound:
        found += _gaps(shape)
    if not told:
        found += equal_columns(shape)
    for place, message, allowed in found:
        tell(place, None, message, allowed)


_OF_MODE = 3
"""Parts of a place where a key of a mode stands: one that is faulty there is left out."""


def _gaps(shape: MarketShape) -> Iterator[tuple[Place, Sentence, Sentence]]:
    of_product = {product.id: product.periods for product in shape.products}
    once = Sentence("products that together cover every period once")
    owners: dict[str, list[str]] = {}
    for mode in shape.modes:
        covered = [period for product in mode.products for period in of_product[product]]
        for product in mode.products:
            owners.setdefault(product, []).append(mode.id)
        for period in shape.periods:
            count = covered.count(period)
            if count != 1:
                message = (
                    Sentence("no product of the mode covers {period}", period=period)
                    if not count
                    else Sentence("{count} products of the mode cover {period}", count=count, period=period)
                )
                yield ("modes", mode.id, "products"), message, once
    for product in of_product:
        if len(owners.get(product, ())) != 1:
            message = Sentence("{count} modes trade this product", count=len(owners.get(product, ())))
            yield ("products", product), message, Sentence("each product in one mode")
