"""YAML as plain data with the line of every key: no number passes through a binary float.

A decimal stays the text that was written, a date too; a whole number is an int, ``true`` and ``false`` are
bool, an empty value is None. A key that stands twice is a fault, and so is everything that YAML can do but
no one needs here (two documents, a list that contains itself).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.errors import Fault
from gridsim.words import Sentence

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

__all__ = ["YamlText", "dotted", "read_yaml"]

_WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)

Place = tuple[str | int, ...]


def dotted(place: Place) -> str:
    """A place in the file as people write it: ``values.tariff.prices.value[0].from``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


@dataclass(frozen=True)
class YamlText:
    """What a YAML file says, and where.

    Attributes
    ----------
    data : dict, list, str, int, bool or None
    lines : mapping of place to int
        1-based line of each key and list item; a place is the keys and indices that lead to it.
    """

    data: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int | None:
        """The line of `place`, or of the innermost key around it that the file has."""
        while place not in self.lines:
            if not place:
                return None
            place = place[:-1]
        return self.lines[place]

    def line_of(self, name: str) -> int | None:
        """The line of a dotted name, whether it is written as one key with dots or as keys in keys."""
        best, line = 0, None
        for place, number in self.lines.items():
            here = dotted(place)
            if len(here) > best and (name == here or name.startswith((f"{here}.", f"{here}["))):
                best, line = len(here), number
        return line


def read_yaml(content: bytes, file: str) -> tuple[YamlText, list[Fault]]:
    """Read one YAML document.

    Parameters
    ----------
    content : bytes
        UTF-8, with or without BOM.
    file : str
        Its name, for the faults.

    Returns
    -------
    YamlText
        Empty (data None) if the file can't be read.
    list of Fault
    """
    nothing = YamlText(None, {})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return nothing, [Fault(file, line, None, None, Sentence("the file is not UTF-8"), Sentence("save it as UTF-8"))]
    if not text.strip():
        return nothing, [Fault.of_file(file, Sentence("the file is empty"))]

    from ruamel.yaml import YAML  # heavy, and needed only here
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = str(error.problem or error.context or "cannot be read").strip()
        return nothing, [
            Fault(file, mark.line + 1 if mark else None, None, None, Sentence("broken YAML: {why}", why=words))
        ]
    except YAMLError as error:
        return nothing, [Fault.of_file(file, Sentence("broken YAML: {why}", why=str(error).splitlines()[0]))]
    except RecursionError:
        return nothing, [Fault.of_file(file, Sentence("broken YAML: nested too deeply"))]
    if node is None:
        return nothing, [Fault.of_file(file, Sentence("the file is empty"))]
    builder = _Builder(file)
    data = builder.build(node, ())
    return YamlText(data, builder.lines), builder.faults


class _Builder:
    """Turns ruamel's nodes into plain data."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []
        self._open: set[int] = set()

    def build(self, node: Node, place: Place) -> Any:
        from ruamel.yaml.nodes import MappingNode, ScalarNode

        if isinstance(node, ScalarNode):
            return _scalar(node)
        if id(node) in self._open:
            self._fault(node, place, None, Sentence("contains itself"))
            return None
        self._open.add(id(node))
        built: Any
        if isinstance(node, MappingNode):
            built = {}
            for key_node, value_node in node.value:
                # A key is its text: `true` and 2021 are names like any other.
                key = key_node.value if isinstance(key_node, ScalarNode) else None
                if key is None:
                    self._fault(key_node, place, None, Sentence("a key that is no text"))
                    continue
                inner = (*place, key)
                if key in built:
                    self._fault(key_node, inner, key, Sentence("this key stands here twice"))
                    continue
                self.lines[inner] = key_node.start_mark.line + 1
                built[key] = self.build(value_node, inner)
        else:
            built = []
            for index, item in enumerate(node.value):
                inner = (*place, index)
                self.lines[inner] = item.start_mark.line + 1
                built.append(self.build(item, inner))
        self._open.discard(id(node))
        return built

    def _fault(self, node: Node, place: Place, value: str | None, message: Sentence) -> None:
        self.faults.append(Fault(self.file, node.start_mark.line + 1, dotted(place) or None, value, message))


def _scalar(node: Any) -> str | int | bool | None:
    tag = str(node.tag).rpartition(":")[2]
    text: str = node.value
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int" and _WHOLE.fullmatch(text):
        return int(text)
    return text
