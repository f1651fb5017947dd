"""The catalogue of words: a gettext file for each language but English, which is what the code itself says.

The ``.po`` file is read as it is, and only when something is to be told in its language: there is nothing to compile
or install, and a translator sees a change at the next command. `make words` brings it in line with the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = ["CONTEXT", "is_known", "read_po", "translation", "words_of"]

CONTEXT = "\x04"
"""Stands between the context of a text and the text, as in gettext's own tables."""

_LOCALE = Path(__file__).parent / "locale"
_ENTRY = re.compile(r'^(msgctxt|msgid|msgstr) ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r"}


def translation(text: str, lang: str) -> str:
    """A text in another language; the text itself where the catalogue has none.

    Parameters
    ----------
    text : str
        As the code has it, behind its context if it has one.
    lang : str
        A folder of ``gridsim/locale``.
    """
    return words_of(lang).get(text) or text.rpartition(CONTEXT)[2]


def is_known(text: str, lang: str) -> bool:
    """Whether the catalogue has a text."""
    return text in words_of(lang)


@cache
def words_of(lang: str) -> Mapping[str, str]:
    """All texts of a language, by what the code says."""
    return read_po((_LOCALE / lang / "LC_MESSAGES" / "gridsim.po").read_text(encoding="utf-8"))


def read_po(text: str) -> dict[str, str]:
    """The entries of a ``.po`` file: no plurals, of which Chinese has none, and no obsolete entries."""
    entries: dict[str, str] = {}
    context = key = ""
    for word, pieces in _ENTRY.findall(text):
        said = "".join(_plain(piece) for piece in _PIECE.findall(pieces))
        if word == "msgctxt":
            context = said + CONTEXT
        elif word == "msgid":
            key, context = context + said, ""
        elif key and said:  # the entry without a key is the file's head
            entries[key] = said
    return entries


def _plain(piece: str) -> str:
    return _ESCAPED.sub(lambda sign: _MEANT.get(sign[1], sign[1]), piece) if "\\" in piece else piece
