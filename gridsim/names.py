"""What the codes of tables are called: one name each, wherever it is shown.

What belongs to a market, its periods, products, modes, items, accounts and kinds of session, is called as its rule set
says (`gridsim.rules.shape.MarketShape`); gridsim has words of its own for what every market has. `NamingLanguage` knows
both. The Chinese that a scenario's own tables may be written in (`gridsim.columns`) is part of the format; what is
shown is called the same, and a test holds the catalogue of words to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gridsim.words import Lang, Language, Sentence, both, msg, within

__all__ = [
    "CHECKS",
    "GROUPS",
    "KINDS_OF_PRICE",
    "REASONS",
    "SEGMENTS",
    "SIDES",
    "TRANSFERS",
    "MarketNames",
    "NamingLanguage",
    "Told",
    "buyer_of",
    "code_told",
    "group_of",
]

_OWN_ITEMS = {
    "energy": msg("contract energy"),
    "shortfall": msg("shortfall fee"),
    "overrun": within("item", "overrun"),
    "transfer": msg("contract transfer"),
    "retail_energy": msg("retail energy"),
    "retail_delivery": msg("retail delivery"),
    "retail_deviation": msg("retail deviation"),
    "capacity": msg("capacity charge"),
    "demand": msg("demand charge"),
    "power_factor": msg("power-factor adjustment"),
    "correction": msg("correction of earlier months"),
}
"""Items of the ledger that every market may have."""

GROUPS = {"generators": msg("generators"), "retailers": msg("retailers"), "users": msg("users")}
"""Groups of participants; an account of the rule set is a group of its own (`group_of`)."""

SEGMENTS = {"mid": msg("middle ten days"), "late": msg("last ten days")}
"""Parts of a month that intra-month sessions deliver."""

REASONS = {
    "own_periods": msg("periods of its own"),
    "superseded": msg("superseded"),
    "outside_window": msg("outside the window"),
    "unconfirmed": msg("never confirmed"),
    "product_not_allowed": msg("product or side not allowed"),
    "one_direction": msg("gives energy of that month away"),
    "exceeds_contracts": msg("more than the contracts leave to give"),
}
"""Why an order or a filing was not used."""

CHECKS = {
    "direct_access": msg("direct access"),
    "mode": msg("mode"),
    "mode_encouraged": msg("mode encouraged"),
    "annual_cover": msg("annual cover"),
    "total_cover": msg("total cover"),
    "calendar": msg("calendar"),
    "curve_balance": msg("curve balance"),
    "credit": msg("credit record"),
}
"""Checks of compliance."""

KINDS_OF_PRICE = {
    "fixed": msg("fixed price"),
    "spread_share": msg("share of the spread"),
    "cost_plus": msg("cost plus fee"),
}
"""How a retail contract makes its price."""

SIDES = {"over": within("side", "over"), "under": within("side", "under")}
"""On which side of its edges a deviation lies."""

TRANSFERS = {"buyers": within("transferred among", "buyers"), "generators": msg("generators")}
"""Among whom contracted energy changed hands."""

_MEASURES = {
    "window": msg("working days that the window touches"),
    "close": msg("day of closing"),
    "announcement": msg("day of the announcement"),
    "delivery": msg("what the session delivers"),
    "metered_shares": msg("largest gap between contracted and metered shares by period"),
    "hour_shares": msg("largest gap between contracted shares by period and shares of hours"),
    "metered_to_contracted": msg("metered / contracted energy"),
    "overrun_share": msg("overrun / metered energy"),
    "shortfall_share": msg("shortfall / contracted energy"),
}
"""What a check of compliance holds against its limit, where it looks at several things."""

_METHODS = {
    "calendar_days": msg("calendar days"),
    "equal": msg("equal parts"),
    "typical_curve": msg("the typical curve"),
}
"""Weights of a decomposition."""

_WHYS = {
    "unverified": msg("not verified"),
    "overridden": msg("set by the scenario"),
    "out_of_force": msg("made for other months"),
}
"""Why a value is told among the assumptions."""

_OUTSIDE = {
    "left_market": msg("users that have left the market"),
    "priority_purchase": msg("priority-purchase users"),
    "sellers": msg("sellers"),
}
"""Who pays or is paid without a settlement unit."""

_TABLES = {"bilateral": msg("bilateral filings"), "orders": msg("orders")}
"""Whose rows may not be used."""

_OWN = {
    "measures": _MEASURES,
    "methods": _METHODS,
    "why": _WHYS,
    "outside": _OUTSIDE,
    "tables": _TABLES,
    "sides": SIDES,
    "transfers": TRANSFERS,
    "kinds_of_price": KINDS_OF_PRICE,
    "items": _OWN_ITEMS,
    "accounts": {"MARKET": msg("market account")},
    "sessions": {"deal": within("kind", "deal")},  # a contract as it stands that names no kind of session
    "groups": GROUPS,
    "segments": SEGMENTS,
    "reasons": REASONS,
    "checks": CHECKS,
}
"""gridsim's own words, by list."""

_PARTY, _GROUP = ("accounts",), ("groups",)
_LISTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("period", "tariff_period"), ("periods",)),
    "product": ("products",),
    "slot": (
        "products",
        "periods",
        "items",
    ),  # of a line of a statement: a leg's product, a cell's period, what is corrected
    "mode": ("modes",),
    "item": ("items",),
    **dict.fromkeys(("party", "payer", "payee"), _PARTY),
    **dict.fromkeys(("group", "party_group", "payer_group", "payee_group"), _GROUP),
    "kind": ("sessions", "without_sessions"),
    "segment": ("segments",),
    "regime": ("regimes",),
    "reason": ("reasons",),
    "check": ("checks",),
    "kind_of_price": ("kinds_of_price",),
    "measure": ("measures",),
    "table": ("tables",),
    "side": ("sides",),
    "transfer": ("transfers",),
}
"""The lists that name the codes of a column."""

_UNITS = ("unit", "unit_id", "subject")
"""Columns of settlement units, BUYER/MODE: in Chinese with the name of the mode, which ids may be written with too."""

_PEOPLE = ("buyer", "retailer", "user", "generator", "party")
"""Dimensions of participants; columns of ids keep them."""


class Told(Protocol):
    """A text in both languages (`gridsim.rules.wording.Words`)."""

    def in_(self, lang: Lang) -> str:
        """The text in one of them."""
        ...


class MarketNames(Protocol):
    """What a market calls its things: `gridsim.rules.shape.MarketShape`, or anything else with names by list and id."""

    @property
    def words(self) -> Mapping[str, Mapping[str, Told]]:
        """By list and id."""
        ...


def group_of(account: str) -> str:
    """The group of parties that an account of the rule set is: ``GRID`` is ``grid``."""
    group = account.lower()
    return account if group in GROUPS else group


def buyer_of(unit: str) -> str:
    """Whose a settlement unit is, by its id; of a user outside the market the user itself."""
    return unit.rpartition("/")[0] or unit


def code_told(column: str, code: str, market: MarketNames | None) -> Sentence:
    """A code as it is, whose Chinese is what it is called: for sentences of faults, notices and changes.

    Parameters
    ----------
    column : str
        Of a table, or a dimension.
    code : str
    market : MarketNames or None

    Examples
    --------
    >>> from gridsim.names import code_told
    >>> told = code_told("unit", "R1/tou", scenario.rules.shape)
    >>> told, told.zh
    ('R1/tou', 'R1/分时段')
    """
    return both(code, NamingLanguage("zh", market).called(column, code))


class NamingLanguage(Language):
    """Says texts in one language, and what the codes of a rule set are called in it.

    Parameters
    ----------
    lang : {"en", "zh"}
    market : MarketNames, optional
        Of the rule set; without it only gridsim's own words are known.
    people : mapping of str to str
        Names of participants by id, where they are to stand instead of ids.
    """

    def __init__(
        self,
        lang: Lang,
        market: MarketNames | None = None,
        people: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(lang)
        self.market = market
        self._people = people or {}
        self._words: Mapping[str, Mapping[str, Told]] = {} if market is None else market.words

    def called(self, column: str, code: str) -> str:
        """What a code of a column is called; an id, or a code that nothing names, stays as it is.

        Parameters
        ----------
        column : str
            Of a table, or a dimension of the statistics.
        code : str
        """
        if column in _UNITS:
            buyer, slash, mode = code.rpartition("/")
            if not slash:
                return self._people.get(code, code)
            way = self.called("mode", mode) if self.lang == "zh" or buyer in self._people else mode
            return f"{self._people.get(buyer, buyer)}/{way}"
        if column in _PEOPLE and code in self._people:
            return self._people[code]
        for name in _LISTS.get(column, (column,)):
            told = self._words.get(name, {}).get(code)
            if told is not None:
                return told.in_(self.lang)
            template = _OWN.get(name, {}).get(code)
            if template is not None:
                return self.say(template)
        if _LISTS.get(column) == _GROUP:
            return next((self.called("party", each) for each in self._accounts if group_of(each) == code), code)
        return code

    def with_name(self, column: str, code: str, names: Mapping[str, str]) -> str:
        """What an id of a column is called, with the name of whom it is behind it: ``R1/tou (East Retail)``.

        Parameters
        ----------
        column, code : str
            As `called` takes them.
        names : mapping of str to str
            Of participants, by id.
        """
        who = buyer_of(code) if column in _UNITS else code
        name = names.get(who)
        return self.named(self.called(column, code), None if name == who else name)

    def note(self, name: str) -> str:
        """A sentence of the market's own; empty if it has none."""
        told = self._words.get("notes", {}).get(name)
        return "" if told is None else told.in_(self.lang)

    @property
    def _accounts(self) -> Mapping[str, object]:
        return {**self._words.get("accounts", {}), **_OWN["accounts"]}
