"""The lists of a market as text: in tables for people, and as the YAML that a rule file holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gridsim.rules.given_shape import is_expression
from gridsim.show.document import Text, grid
from gridsim.words import Language, msg, within

if TYPE_CHECKING:
    from gridsim.rules.content import RuleContent
    from gridsim.show.document import Cell, Grid
    from gridsim.words import Lang

__all__ = ["shape_changes", "shape_difference", "shape_grid", "shape_yaml", "written"]

LISTS = {
    "periods": msg("Periods"),
    "hours": msg("Hours"),
    "coefficients": msg("Coefficients"),
    "products": msg("Products"),
    "accounts": msg("Accounts"),
    "tariff": msg("Prices of the tariffs"),
    "items": msg("Items of the ledger"),
    "counterparty": msg("Who stands on the other side"),
    "order_of_legs": msg("Order of the legs"),
    "off_tariff": msg("Users off the peak-valley tariff"),
    "scale": msg("What prices are held against"),
    "modes": msg("Modes"),
    "regimes": msg("Regimes"),
    "outside": msg("Users without a unit"),
    "fees": msg("Fees of deviation"),
    "definitions": msg("Definitions"),
    "market_prices": msg("Prices of each month"),
    "varieties": msg("Kinds of contract"),
    "sources": msg("Where contracts come from"),
    "sessions": msg("Kinds of session"),
    "without_sessions": msg("Without a table of sessions"),
    "transfers": within("rules", "Transfers"),
    "sellers": msg("Sellers"),
    "closing": msg("Ledger items of extensions"),
    "checks": msg("Checks of compliance"),
    "notes": msg("Sentences of the market's own"),
}
"""The lists of a shape, in the order in which people are shown them."""

_SAID = "explained"
"""What explanations say: no list of the market."""
_NAMES = ("en", "zh", "meaning", "also")
_PLAIN = re.compile(r"[\w.·（）()/%+〔〕-][\w.·（）()/%+&〔〕 -]*")
_READ_OTHERWISE = re.compile(r"[-+]?\d+|true|false|null|none|~|yes|no|on|off", re.IGNORECASE)
_WIDTH = 110


def written(node: Any) -> str:
    """Plain data in one line of YAML."""
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{_scalar(name, key=True)}: {written(each)}" for name, each in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(written, node)) + "]"
    return _scalar(node)


def shape_yaml(node: Any, indent: int = 0) -> Iterator[str]:
    """Plain data as lines of YAML: what fits on a line stands on one."""
    space = " " * indent
    for name, each in node.items():
        key = f"{space}{_scalar(name, key=True)}:"
        flow = f"{key} {written(each)}"
        if len(flow) <= _WIDTH or not isinstance(each, Mapping | list) or not each:
            yield flow
        elif isinstance(each, Mapping):
            yield key
            yield from shape_yaml(each, indent + 2)
        else:
            yield key
            for item in each:
                yield from _item(item, indent + 2)


def _item(item: Any, indent: int) -> Iterator[str]:
    flow = f"{' ' * indent}- {written(item)}"
    if len(flow) <= _WIDTH or not isinstance(item, Mapping):
        yield flow
        return
    first, *rest = shape_yaml(item, indent + 2)
    yield f"{' ' * indent}- {first.lstrip()}"
    yield from rest


def _scalar(value: Any, *, key: bool = False) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    is_plain = _PLAIN.fullmatch(text) is not None and text == text.strip()
    if isinstance(value, int) or (is_plain and (key or not _READ_OTHERWISE.fullmatch(text) or text == "none")):
        return text
    return json.dumps(text, ensure_ascii=False)


# ---- for people ------------------------------------------------------------------------------------------------------


def shape_grid(rules: RuleContent, lang: Lang) -> Grid:
    """All lists of a rule set in a table: by list, each entry with its name and what stands in it."""
    words = Language(lang)
    rows: list[tuple[Cell, ...]] = []
    data = {name: each for name, each in rules.given_shape.data.items() if name != _SAID}
    for name in (*(each for each in LISTS if each in data), *(each for each in data if each not in LISTS)):
        title = words.say(LISTS[name]) if name in LISTS else name
        for number, (entry, called, text) in enumerate(_entries(data[name], lang)):
            head = Text.of((title, "strong"), (f"\n{name}", "quiet")) if not number else ""
            rows.append((head, Text.of(entry, (f"\n{called}" if called else "", "quiet")), text))
    heads = (msg("list"), msg("entry"), msg("what stands there"))
    return grid(tuple(map(words.say, heads)), rows, texts=3, title=words.say("The lists of the market"))


def _entries(node: Any, lang: Lang) -> Iterator[tuple[str, str, str]]:
    """Each entry of a list: its id, its name, what stands in it."""
    if isinstance(node, Mapping):
        for name, each in node.items():
            called = str(each.get(lang, "")) if isinstance(each, Mapping) else ""
            yield name, "" if called == name else called, _content(each)
    elif isinstance(node, list) and any(isinstance(each, Mapping) for each in node):
        for number, each in enumerate(node, 1):
            yield str(number), "", _content(each)
    else:
        yield "", "", written(node)


def _content(node: Any) -> str:
    """What stands in an entry, without its names; each key on a line, and each entry of a list within it."""
    if not isinstance(node, Mapping) or "value" in node:
        return _short(node)
    lines = []
    for key, each in node.items():
        if key in _NAMES:
            continue
        if isinstance(each, list) and any(isinstance(item, Mapping) for item in each):
            lines += [f"{key} {number}: {_short(item)}" for number, item in enumerate(each, 1)]
        else:
            lines.append(f"{key}: {_short(each)}")
    return "\n".join(lines)


def _short(node: Any) -> str:
    """Plain data in a line; a value of the rule set by its path alone."""
    return re.sub(r"\{value: ([\w.]+)\}", r"\1", written(node))


def shape_difference(before: RuleContent, after: RuleContent, lang: Lang) -> Grid:
    """What the lists of two rule sets say differently."""
    words = Language(lang)
    sides = [dict(_leaves(rules.given_shape.data, "", lang)) for rules in (before, after)]
    none = Text.of((words.say("none"), "quiet"))
    rows: list[tuple[Cell, ...]] = [
        (path, *(Text.of((side[path], "strong")) if path in side else none for side in sides))
        for path in dict.fromkeys([*sides[0], *sides[1]])
        if sides[0].get(path) != sides[1].get(path)
    ]
    return grid((words.say("place"), before.id, after.id), rows, texts=3, title=words.say("The lists of the market"))


def shape_changes(before: RuleContent, after: RuleContent) -> list[tuple[str, str, str]]:
    """What the lists of two rule sets say differently that can change a result: where, and what on each side."""
    if before.given_shape.told_apart == after.given_shape.told_apart:
        return []
    one, other = (dict(_leaves(rules.given_shape.bare, "", "en")) for rules in (before, after))
    differ = (path for path in dict.fromkeys([*one, *other]) if one.get(path) != other.get(path))
    return [(path, one.get(path, ""), other.get(path, "")) for path in differ]


def _leaves(node: Any, path: str, lang: Lang) -> Iterator[tuple[str, str]]:
    """The smallest pieces of a shape by their places: names in one language, and each price as a whole."""
    if isinstance(node, Mapping) and not ("." in path and is_expression(node)):  # a mode may be called `steps`
        for name, each in node.items():
            if name in ("en", "zh") and isinstance(each, str):
                if name == lang:
                    yield f"{path}.{name}", each
            else:
                yield from _leaves(each, f"{path}.{name}" if path else name, lang)
        if not node:
            yield path, "{}"
    elif isinstance(node, list) and any(isinstance(each, Mapping) for each in node):
        for number, each in enumerate(node):
            yield from _leaves(each, f"{path}[{number}]", lang)
    else:
        yield path, _short(node)
