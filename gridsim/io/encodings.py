"""Text files in UTF-8 or GB18030, told apart by rules and not by statistics (docs/formats.md)."""

from __future__ import annotations

import codecs
import re

from gridsim.errors import Fault
from gridsim.words import Sentence

__all__ = ["utf8_of"]

_ENCODINGS = Sentence("UTF-8 (with or without BOM) or GB18030")
_OTHER_BOMS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}

# A few bytes can be both: 郑 in GB18030 is a Hebrew accent in UTF-8, and é in UTF-8 is 茅 in GB18030.
_BEYOND_TWO_BYTES = re.compile("[^\x00-\u07ff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"  # not compiled before it is needed: that takes milliseconds
_EUROPEAN = re.compile("[\u00a0-\u024f\u0370-\u03ff\u0400-\u04ff]")  # Latin, Greek, Cyrillic


def utf8_of(data: bytes, file: str) -> tuple[bytes, Fault | None, tuple[Sentence, ...]]:
    """The text as UTF-8 without BOM.

    A BOM decides. Without one, what is UTF-8 counts as UTF-8, all else as GB18030. The one exception: text that is
    Chinese as GB18030, and as UTF-8 has letters that are neither Chinese nor European, counts as GB18030. Wherever
    both readings make sense a note says which was taken.

    Parameters
    ----------
    data : bytes
    file : str
        The file as the user knows it.

    Returns
    -------
    bytes
    fault : Fault or None
    notes : tuple of Sentence
    """
    for mark, name in _OTHER_BOMS.items():
        if data.startswith(mark):
            return data, Fault.of_file(file, Sentence("wrong encoding"), _ENCODINGS, value=name), ()
    if b"\0" in data:
        return data, Fault.of_file(file, Sentence("not a text file: it has zero bytes"), _ENCODINGS), ()
    has_mark = data.startswith(codecs.BOM_UTF8)
    if has_mark:
        data = data[len(codecs.BOM_UTF8) :]
    if data.isascii():
        return data, None, ()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    else:
        return (data, None, ()) if has_mark else _judged(data, text, file)
    if not has_mark:
        try:
            return data.decode("gb18030").encode("utf-8"), None, ()
        except UnicodeDecodeError as error:
            place = max(place, error.start)
    row = data.count(b"\n", 0, place)
    value = " ".join(f"{byte:02X}" for byte in data[place : place + 4])
    return data, Fault(file, row or None, None, f"bytes {value}", Sentence("wrong encoding"), _ENCODINGS), ()


def _judged(data: bytes, text: str, file: str) -> tuple[bytes, Fault | None, tuple[Sentence, ...]]:
    """Text that is UTF-8, but may be GB18030 all the same."""
    if _BEYOND_TWO_BYTES.search(text):  # Chinese in UTF-8 has three bytes
        return data, None, ()
    try:
        other = data.decode("gb18030")
    except UnicodeDecodeError:
        return data, None, ()
    if not all(re.match(_CHINESE, character) for character in _NOT_ASCII.findall(other)):
        return data, None, ()
    odd = [character for character in _NOT_ASCII.findall(text) if not _EUROPEAN.match(character)]
    taken, example = ("GB18030", other) if odd else ("UTF-8", text)
    first = _NOT_ASCII.findall(example)[0]
    note = Sentence(
        "{file}: bytes that may be UTF-8 or GB18030 alike, read as {taken} ({first}); a BOM of UTF-8 decides",
        file=file,
        taken=taken,
        first=first,
    )
    return (other.encode("utf-8") if odd else data), None, (note,)
