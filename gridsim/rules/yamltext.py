"""YAML as plain data with the line of every key: no number passes through a binary float.

A decimal stays the text that was written, a date too; a whole number is an int, ``true`` and ``false`` are
bool, an empty value is None. A key that stands twice is a fault, and so is everything that YAML can do but
no one needs here (two documents, a list that contains itself, characters that no text has). A few lines of YAML can
stand for more than any memory holds: the limits below are far beyond every scenario, rule set and plan.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gridsim.errors import Fault, shorten
from gridsim.input_files import InputFileError, read_input
from gridsim.words import Sentence

if TYPE_CHECKING:
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import Node

__all__ = ["EMPTY", "MOST_BYTES", "MOST_DEPTH", "MOST_VALUES", "YamlText", "dotted", "read_yaml", "read_yaml_file"]

MOST_BYTES = 10**6
"""Henan's rule set, the longest file that we know, has 40,000."""
MOST_VALUES = 20_000
"""Keys and values together, an alias (``*name``) counted as all that it stands for. Henan's rule set has 1,700."""
MOST_DEPTH = 32
"""Levels within each other. Henan's rule set has 7."""

EMPTY = Sentence("the file is empty")
"""What is said of a file without a key."""

_WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

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
            place = place[:-1]
            if not place:
                return None
        return self.lines[place]

    def line_of(self, name: str) -> int | None:
        """The line of a dotted name, whether it is written as one key with dots or as keys in keys."""
        while name not in self._line_by_name:
            cut = max(name.rfind("."), name.rfind("["))
            if cut <= 0:
                return None
            name = name[:cut]
        return self._line_by_name[name]

    @cached_property
    def _line_by_name(self) -> dict[str, int]:
        return {dotted(place): line for place, line in reversed(list(self.lines.items()))}  # of two alike the first


def read_yaml_file(path: str | os.PathLike[str], file: str) -> tuple[YamlText, list[Fault]]:
    """Read one YAML document from a file; a file that cannot be read is a fault like any other.

    Parameters
    ----------
    path : str or path
    file : str
        Its name, for the faults.

    Raises
    ------
    InputFileError
        There is no such file: who asked for it knows what to say.
    """
    try:
        content = read_input(path, MOST_BYTES)
    except InputFileError as error:
        if error.is_missing:
            raise
        return YamlText(None, {}), [error.fault(file)]
    return read_yaml(content, file)


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
        return nothing, [
            Fault(
                file,
                line,
                None,
                None,
                Sentence("the file is not UTF-8"),
                Sentence("save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"),
            )
        ]
    if not text.strip():
        return nothing, [Fault.of_file(file, EMPTY, _PLAIN)]

    try:
        node = _composed(text)
        if node is None:
            return nothing, [Fault.of_file(file, EMPTY, _PLAIN)]
        builder = _Builder(file)
        builder.lines[()] = node.start_mark.line + 1
        data = builder.build(node, ())
    except _NotReadError as error:
        return nothing, [Fault(file, error.line, None, None, error.sentence, error.allowed)]
    return YamlText(data, builder.lines), builder.faults


_PLAIN = Sentence("one YAML document of plain keys and values, each key once")


class _NotReadError(Exception):
    """Why a text is not read to its end."""

    def __init__(self, line: int | None, sentence: Sentence, allowed: Sentence = _PLAIN) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence
        self.allowed = allowed


def _too_many(line: int) -> _NotReadError:
    return _NotReadError(
        line,
        Sentence("too many keys and values, each alias counted as all that it stands for"),
        Sentence("at most {count:,}", count=MOST_VALUES),
    )


def _too_deep(line: int) -> _NotReadError:
    return _NotReadError(line, Sentence("nested too deeply"), Sentence("at most {count:,} levels", count=MOST_DEPTH))


def _composed(text: str) -> Node | None:
    """The nodes of the text's one document."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # heavy, and needed only here
    from ruamel.yaml.reader import ReaderError

    yaml = _limited_yaml()
    try:
        node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = str(error.problem or error.context or "cannot be read").strip()
        raise _broken(mark.line + 1 if mark else None, words) from None
    except ReaderError as error:
        raise _broken(text.count("\n", 0, error.position) + 1, str(error).splitlines()[0]) from None
    except YAMLError as error:
        raise _broken(None, str(error).splitlines()[0]) from None
    except (ValueError, OverflowError) as error:  # \UFFFFFFFF
        line = yaml.reader.line
        if "\\" in text.split("\n")[line]:
            raise _NotReadError(line + 1, Sentence("an escape that stands for no character")) from None
        raise _broken(line + 1, str(error)) from None
    return node


def _broken(line: int | None, why: str) -> _NotReadError:
    return _NotReadError(line, Sentence("broken YAML: {why}", why=shorten(why)))


def _limited_yaml() -> YAML:
    """Ruamel's reader, that stops as soon as there is more than `MOST_VALUES` or `MOST_DEPTH` allow."""
    from ruamel.yaml import YAML
    from ruamel.yaml.composer import Composer

    class Limited(Composer):
        def __init__(self, loader: Any = None) -> None:
            super().__init__(loader)
            self.warn_double_anchors = False  # one name for several things in turn is plain YAML
            self._values = self._levels = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            line = self.parser.peek_event().start_mark.line + 1
            self._values += 1
            if self._values > MOST_VALUES:
                raise _too_many(line)
            if self._levels == MOST_DEPTH:
                raise _too_deep(line)
            self._levels += 1
            node = super().compose_node(parent, index)
            self._levels -= 1
            return node

    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = Limited
    return yaml


class _Builder:
    """Turns ruamel's nodes into plain data."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []
        self._open: set[int] = set()
        self._values = 0

    def build(self, node: Node, place: Place) -> Any:
        from ruamel.yaml.nodes import MappingNode, ScalarNode

        self._values += 1
        if self._values > MOST_VALUES:
            raise _too_many(node.start_mark.line + 1)
        if len(place) > MOST_DEPTH:  # by way of aliases
            raise _too_deep(node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            if not self._check_text(node, place):
                node.value = _NO_TEXT.sub("\ufffd", node.value)  # one fault is not to make others
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
                self._values += 1
                if not self._check_text(key_node, place):
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

    def _check_text(self, node: Any, place: Place) -> bool:
        """Whether all characters are those of a text; NUL ends a file name, half a pair can't be written."""
        wrong = _NO_TEXT.search(node.value)
        if wrong is not None:
            message = Sentence("a character that no text has: {code}", code=f"U+{ord(wrong[0]):04X}")
            self._fault(node, place, None, message)
        return wrong is None

    def _fault(self, node: Node, place: Place, value: str | None, message: Sentence) -> None:
        column, shown = shorten(dotted(place)) or None, None if value is None else shorten(value)
        self.faults.append(Fault(self.file, node.start_mark.line + 1, column, shown, message, _PLAIN))


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
