"""Bring the catalogue of words in line with the code: `make words`, then fill in what is new.

Every text that the code says, found by Babel in calls of `Sentence`, ``say``, `msg` and `within` and in the templates
of the report, has an entry in ``gridsim/locale/zh/LC_MESSAGES/gridsim.po``, in the order of the code. New ones come
without Chinese, those that nobody says any more are left out; ``--check`` only tells what is wrong, as a test does.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import typer
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the tree beside this script, not some installed gridsim

from gridsim.cli import app  # noqa: E402
from gridsim.columns import INPUT_TABLES  # noqa: E402
from gridsim.help_words import help_texts  # noqa: E402, after the path is set

CHINESE = ROOT / "gridsim" / "locale" / "zh" / "LC_MESSAGES" / "gridsim.po"

_KEYWORDS = {"Sentence": None, "say": None, "msg": None, "t": None, "within": ((1, "c"), 2)}
_METHODS = [("**.py", "python"), ("report/templates/*.html", "jinja2")]
_HEAD = """\
# The Chinese of what gridsim says. msgid is the English as the code has it; write the Chinese behind msgstr.
# {blanks} stay as they are, in any order. Punctuation is full-width: ，。；：（）“”
# Where msgctxt stands, it tells which of its meanings the English has here.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""

# Probabilities, blanks, calls and signs between Latin letters inside of a Chinese text.
_CODE = re.compile(
    r"\bP\([^)]*\)|\{[^}]*\}|[\x21-\x7e]*[\w'=]\([\x21-\x7e…]*\)|(?<=[\x21-\x7e])[,;:!?()](?=[\x21-\x7e])"
)
_HALF_WIDTH = re.compile(r"[,;:!?()]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def said() -> Catalog:
    """What the code says, each text once, at the first place in the order of files."""
    catalog = Catalog()
    found = extract_from_dir(ROOT / "gridsim", _METHODS, keywords=_KEYWORDS)
    for file, _, text, _, context in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(text, locations=[(f"gridsim/{Path(file).as_posix()}", None)], context=context)
    for text in help_texts(typer.main.get_command(app)):  # of commands and their options: typer holds it
        catalog.add(text, locations=[("gridsim/cli.py", None)], context="help")
    for table in INPUT_TABLES.values():  # what a column means is data: its context is its name
        for column in table:
            context = f"{table.name}.{column.name}"
            catalog.add(column.description, locations=[("gridsim/columns.py", None)], context=context)
    return catalog


def catalogue() -> Catalog:
    """The Chinese catalogue as it stands."""
    with CHINESE.open("rb") as file:
        return read_po(file, abort_invalid=True)


def updated(old: Catalog, code: Catalog) -> str:
    """The text of the catalogue with exactly what the code says, and the Chinese that there is."""
    new = Catalog()
    for message in _texts(code):
        known = old.get(message.id, message.context)
        files = dict.fromkeys(file for file, _ in message.locations)
        new.add(
            message.id,
            known.string if known else "",
            locations=[(file, None) for file in files],
            user_comments=known.user_comments if known else (),
            context=message.context,
        )
    stream = io.BytesIO()
    write_po(stream, new, width=116, omit_header=True, include_lineno=False)
    return _HEAD + "\n" + stream.getvalue().decode("utf-8")


def problems(chinese: Catalog, code: Catalog) -> Iterator[str]:
    """What is wrong with the catalogue, a line each."""
    for message in _texts(code):
        if chinese.get(message.id, message.context) is None:
            yield f"no entry (make words adds it): {_shown(message)}"
    for message in _texts(chinese):
        if code.get(message.id, message.context) is None:
            yield f"nobody says this any more (make words removes it): {_shown(message)}"
        elif not message.string:
            yield f"no Chinese: {_shown(message)}"
        else:
            if message.fuzzy:
                yield f"marked as fuzzy, so not told: {_shown(message)}"
            if _blanks(message.id) != _blanks(message.string):
                yield f"other blanks: {_shown(message)} → {message.string!r}"
            if has_half_width(message.string):
                yield f"half-width punctuation: {message.string!r}"


def has_half_width(chinese: str) -> bool:
    """Whether a Chinese text has punctuation of the other kind; codes inside of it may."""
    return _HAN.search(chinese) is not None and _HALF_WIDTH.search(_CODE.sub("", chinese)) is not None


def _texts(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _shown(message: Message) -> str:
    where = ", ".join(dict.fromkeys(file for file, _ in message.locations))
    context = f" ({message.context})" if message.context else ""
    return f"{message.id!r}{context}" + (f" in {where}" if where else "")


def _blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def main() -> int:
    """Write the catalogue, or with ``--check`` only look at it; how many things are wrong."""
    code = said()
    if "--check" not in sys.argv[1:]:
        CHINESE.write_text(updated(catalogue(), code), encoding="utf-8", newline="\n")
    wrong = list(problems(catalogue(), code))
    print("\n".join(wrong) or f"{CHINESE.relative_to(ROOT)}: every text has its Chinese.")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
