"""Extension points: mechanisms, price words, checks and ledger items that a package of one's own adds to a market.

This module is stable: what stands in ``__all__`` keeps its name and meaning as long as gridsim's first version number.
A decorator here registers a function; a rule file then uses its name beside gridsim's own. A name that is registered
nowhere is looked up among the entry points of installed packages (`GROUPS`), and only then: importing gridsim loads
none of them. Functions get arrays and tables, and what they give back is checked before it counts; `ExtensionError`
names the extension, the invariant that it broke, and the month or session.

Batches may settle in other processes. An entry point is loaded there too; a function that a decorator alone registered
must stand in a module that can be imported there by its name, not in a notebook or on the command line.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from gridsim.errors import ExtensionError, told_of
from gridsim.extension_terms import Book, Finding, ItemMonth, MarketFacts, Payment
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


__all__ = [
    "GROUPS",
    "Book",
    "Extension",
    "Finding",
    "ItemMonth",
    "MarketFacts",
    "Payment",
    "check",
    "find",
    "item",
    "known_names",
    "mechanism",
    "price",
]

Kind = Literal["mechanism", "price", "check", "item"]

GROUPS: Mapping[Kind, str] = MappingProxyType(
    {
        "mechanism": "gridsim.mechanisms",
        "price": "gridsim.prices",
        "check": "gridsim.checks",
        "item": "gridsim.items",
    }
)
"""The groups of entry points, by what they extend."""

_Function = TypeVar("_Function", bound=Callable[..., Any])
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MAIN = ("__main__", "__mp_main__")


@dataclass(frozen=True)
class Extension:
    """Something that a package adds.

    Attributes
    ----------
    kind : {"mechanism", "price", "check", "item"}
        What it extends.
    name : str
        As rule files write it.
    function : callable
        What does it.
    en, zh : str
        What it is called.
    clause : str
        What its lines cite where a rule file says nothing; may be empty.
    takes : tuple of {"price", "ratio"}
        Of a price word: what it takes.
    gives : {"price", "ratio"}
        Of a price word: what it is.
    bounds : (int, int)
        Of a price word: least and greatest that it may be [micro-yuan/kWh, or 10⁻⁴].
    balanced : tuple of str
        Of a ledger item: accounts whose lines of it sum to zero in each month.

    Examples
    --------
    >>> from gridsim import extensions
    >>> extensions.Extension("check", "small_sales", len, "small sales", "小额售电").origin
    'builtins:len'
    """

    kind: Kind
    name: str
    function: Callable[..., Any]
    en: str
    zh: str
    clause: str = ""
    takes: tuple[str, ...] = ()
    gives: str = "price"
    bounds: tuple[int, int] = (0, 0)
    balanced: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Where its function stands: ``module:name``."""
        return f"{self.function.__module__}:{self.function.__qualname__}"

    def broken(self, invariant: Sentence, place: Sentence | None = None) -> ExtensionError:
        """The error of an invariant that it broke.

        Parameters
        ----------
        invariant : Sentence
            What does not hold.
        place : Sentence, optional
            Of which session or month.

        Returns
        -------
        ExtensionError
            To be raised.

        Examples
        --------
        >>> from gridsim import extensions
        >>> from gridsim.words import Sentence
        >>> made = extensions.Extension("check", "small_sales", len, "small sales", "小额售电")
        >>> print(made.broken(Sentence("out of range")))
        the extension small_sales (check, builtins:len) breaks an invariant: out of range
        """
        return ExtensionError.broken(self.kind, self.name, self.origin, invariant, place)

    def failed(self, why: Exception, place: Sentence | None = None) -> ExtensionError:
        """The error of what its function raised.

        Parameters
        ----------
        why : Exception
            What it raised.
        place : Sentence, optional
            Of which session or month.

        Returns
        -------
        ExtensionError
            To be raised from it.

        Examples
        --------
        >>> from gridsim import extensions
        >>> made = extensions.Extension("check", "small_sales", len, "small sales", "小额售电")
        >>> print(made.failed(ValueError("no such unit")))
        the extension small_sales (builtins:len) failed: ValueError: no such unit
        """
        told = told_of(why)
        if place is None:
            what = Sentence(
                "the extension {name} ({origin}) failed: {why}", name=self.name, origin=self.origin, why=told
            )
        else:
            what = Sentence(
                "{place}: the extension {name} ({origin}) failed: {why}",
                place=place,
                name=self.name,
                origin=self.origin,
                why=told,
            )
        return ExtensionError(what)


_registered: dict[tuple[Kind, str], Extension] = {}
_own: dict[Kind, set[str]] = {kind: set() for kind in GROUPS}


@helpful
def mechanism(name: str, *, en: str, zh: str, clause: str = "") -> Callable[[_Function], _Function]:
    """Register a function that matches the orders of a book: ``sessions: {KIND: {how: NAME}}`` in a rule file.

    Parameters
    ----------
    name : str
        As rule files write it: 2 to 40 small letters, digits and ``_``.
    en, zh : str
        What it is called.
    clause : str
        What its lines cite where a rule file says nothing; may be empty.

    Returns
    -------
    callable
        Decorates a function of a `Book` that gives back arrays (sell, buy, energy, price), one entry a trade. gridsim
        checks that each pair is of a sell and a buy order, no order trades more than its energy, each price lies
        between the limits of its two orders, and no energy is 0 or less.

    Raises
    ------
    ValueError
        A name that gridsim or another extension has, or that cannot be one; words in one language alone.

    Examples
    --------
    >>> from gridsim import extensions
    >>> @extensions.mechanism("doc_nothing", en="nothing trades", zh="不成交")
    ... def nothing(book):
    ...     none = np.empty(0, dtype=np.int64)
    ...     return none, none, none, none
    """
    return _decorator("mechanism", name, en, zh, clause)


@helpful
def price(
    name: str,
    *,
    en: str,
    zh: str,
    takes: Sequence[Literal["price", "ratio"]],
    gives: Literal["price", "ratio"] = "price",
    bounds: tuple[int, int] | None = None,
    clause: str = "",
) -> Callable[[_Function], _Function]:
    """Register a word of price expressions: ``{NAME: [EXPRESSION, ...]}`` in a rule file.

    Parameters
    ----------
    name : str
        As rule files write it: 2 to 40 small letters, digits and ``_``.
    en, zh : str
        What it is called.
    takes : sequence of {"price", "ratio"}
        What each of its expressions is.
    gives : {"price", "ratio"}
        What it is itself.
    bounds : (int, int), optional
        Least and greatest that it may be [micro-yuan/kWh, or 10⁻⁴]; 0 to 10,000 yuan/MWh, or 0 to 10, if left out.
    clause : str
        What its lines cite where a rule file says nothing; may be empty.

    Returns
    -------
    callable
        Decorates a function of int64 arrays of one length (prices in micro-yuan/kWh, ratios in 10⁻⁴) that gives back
        one of the same length, each entry of the same entries of the others alone. Where one of them is not there, the
        price is not there.

    Raises
    ------
    ValueError
        A name that gridsim or another extension has, or that cannot be one; words in one language alone.

    Examples
    --------
    >>> from gridsim import extensions
    >>> @extensions.price("doc_midpoint", en="midpoint", zh="中间价", takes=["price", "price"])
    ... def midpoint(one, other):
    ...     return (one + other) // 2
    """
    least, greatest = (0, 10**7 if gives == "price" else 10**5) if bounds is None else bounds
    return _decorator("price", name, en, zh, clause, takes=tuple(takes), gives=gives, bounds=(least, greatest))


@helpful
def check(name: str, *, en: str, zh: str, clause: str = "") -> Callable[[_Function], _Function]:
    """Register a check of compliance: ``checks: [NAME]`` in a rule file.

    Parameters
    ----------
    name : str
        As rule files write it: 2 to 40 small letters, digits and ``_``.
    en, zh : str
        What it is called.
    clause : str
        What its lines cite where a rule file says nothing; may be empty.

    Returns
    -------
    callable
        Decorates a function of `MarketFacts` that gives back, or yields, `Finding`.

    Raises
    ------
    ValueError
        A name that gridsim or another extension has, or that cannot be one; words in one language alone.

    Examples
    --------
    >>> from gridsim import extensions
    >>> @extensions.check("doc_small_sales", en="small sales", zh="小额售电")
    ... def small_sales(market):
    ...     sold = market.table("legs").groupby("seller_id")["energy_kwh"].sum()
    ...     for generator, energy in sold.items():
    ...         yield extensions.Finding(generator, value=str(energy), limit="10000", passed=energy >= 10_000)
    """
    return _decorator("check", name, en, zh, clause)


@helpful
def item(
    name: str, *, en: str, zh: str, clause: str = "", balanced: Iterable[str] = ()
) -> Callable[[_Function], _Function]:
    """Register an item of the ledger, a charge or a line that closes the month: ``closing: [NAME]`` in a rule file.

    Parameters
    ----------
    name : str
        As rule files write it: 2 to 40 small letters, digits and ``_``.
    en, zh : str
        What it is called.
    clause : str
        What its lines cite where a rule file says nothing; may be empty.
    balanced : iterable of str
        Accounts whose lines of it sum to zero in each month; ``MARKET`` always does.

    Returns
    -------
    callable
        Decorates a function of an `ItemMonth` that gives back, or yields, `Payment`.

    Raises
    ------
    ValueError
        A name that gridsim or another extension has, or that cannot be one; words in one language alone.

    Examples
    --------
    >>> from gridsim import extensions
    >>> @extensions.item("doc_levy", en="levy", zh="附加费")
    ... def levy(month):
    ...     for user, energy in month.metered.items():
    ...         yield extensions.Payment(user, "GRID", energy=energy, price=1_000)
    """
    return _decorator("item", name, en, zh, clause, balanced=tuple(balanced))


def _decorator(kind: Kind, name: str, en: str, zh: str, clause: str, **more: Any) -> Callable[[_Function], _Function]:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} can't be the name of an extension: 2 to 40 small letters, digits and _")
    if not en or not zh:
        raise ValueError(f"the extension {name!r} needs words in both languages: en and zh")

    def register(function: _Function) -> _Function:
        made = Extension(kind, name, function, en, zh, clause, **more)
        before = _registered.get((kind, name))
        if name in _own[kind]:
            raise ValueError(f"{name!r} is a {kind} of gridsim's own: an extension needs another name")
        if before is not None and not _same_place(before.origin, made.origin):
            raise ValueError(f"two extensions called {name!r}: {before.origin} and {made.origin}")
        _registered[kind, name] = made
        return function

    return register


def _same_place(one: str, other: str) -> bool:
    """Whether a module was loaded again, a script also as the main module of another process."""
    (module, name), (again, its_name) = one.split(":"), other.split(":")
    return name == its_name and (module == again or {module, again} <= set(_MAIN))


def keep_own(kind: Kind, names: Iterable[str]) -> None:
    """Keep names that gridsim itself has: no extension may have them.

    Parameters
    ----------
    kind : {"mechanism", "price", "check", "item"}
    names : iterable of str
    """
    _own[kind].update(names)


@cache
def _entry_points(kind: Kind) -> Mapping[str, EntryPoint]:
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    for each in entry_points(group=GROUPS[kind]):
        if each.name in found and found[each.name].value != each.value:
            raise ExtensionError(
                Sentence(
                    "two installed packages have an extension {name} ({group}): {one} and {other}",
                    name=each.name,
                    group=GROUPS[kind],
                    one=found[each.name].value,
                    other=each.value,
                )
            )
        found[each.name] = each
    return found


@helpful
def find(kind: Kind, name: str) -> Extension | None:
    """The extension of a name; None if neither a decorator nor an entry point registers one.

    Parameters
    ----------
    kind : {"mechanism", "price", "check", "item"}
        What it extends.
    name : str
        As rule files write it.

    Returns
    -------
    Extension or None
        Its entry point is loaded by then.

    Raises
    ------
    ExtensionError
        Its entry point cannot be loaded, or registers no such extension.

    Examples
    --------
    >>> from gridsim import extensions
    >>> extensions.find("check", "no_such_check") is None
    True
    """
    if (kind, name) not in _registered and name not in _own[kind] and name in _entry_points(kind):
        point = _entry_points(kind)[name]
        try:
            point.load()
        except Exception as error:
            raise ExtensionError(
                Sentence(
                    "the extension {name} ({group}) cannot be loaded from {value}: {why}",
                    name=name,
                    group=GROUPS[kind],
                    value=point.value,
                    why=told_of(error),
                )
            ) from error
        if (kind, name) not in _registered:
            raise ExtensionError(
                Sentence(
                    "{value} registers no extension {name}: the entry point ({group}) promises it",
                    value=point.value,
                    name=name,
                    group=GROUPS[kind],
                )
            )
    return _registered.get((kind, name))


def needed(kind: Kind, name: str) -> Extension:
    """The extension of a name that a rule set uses.

    Parameters
    ----------
    kind : {"mechanism", "price", "check", "item"}
    name : str

    Raises
    ------
    ExtensionError
        It is missing, or cannot be loaded.
    """
    found = find(kind, name)
    if found is None:
        raise ExtensionError(missing(kind, name))
    return found


def missing(kind: Kind, name: object) -> Sentence:
    """What is said of a name that neither gridsim nor an extension has.

    Parameters
    ----------
    kind : {"mechanism", "price", "check", "item"}
    name : object
    """
    return Sentence(
        "there is no such name, and no extension {name} is installed ({group})", name=name, group=GROUPS[kind]
    )


@helpful
def known_names(kind: Kind) -> tuple[str, ...]:
    """Names of the extensions that there are, loaded or not, in alphabetic order.

    Parameters
    ----------
    kind : {"mechanism", "price", "check", "item"}
        What it extends.

    Returns
    -------
    tuple of str
        Those of decorators, and those of entry points of installed packages.

    Examples
    --------
    >>> from gridsim import extensions
    >>> "no_such_check" in extensions.known_names("check")
    False
    """
    return tuple(sorted({*(name for each, name in _registered if each == kind), *_entry_points(kind)}))


def modules_to_import() -> tuple[str, ...]:
    """Modules that registered something here, for other processes."""
    return tuple(dict.fromkeys(each.function.__module__ for each in _registered.values()))


def import_modules(names: Iterable[str]) -> None:
    """Register in this process what was registered in another one.

    A module that cannot be imported is left out: if its extension is needed, that is told then.

    Parameters
    ----------
    names : iterable of str
    """
    for name in names:
        if name not in _MAIN and name not in sys.modules:
            try:
                importlib.import_module(name)
            except ImportError:
                continue
