"""A document in a file, in the form that its name ends with: text, Markdown, a page of HTML, a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.errors import ResultError
from gridsim.io.safe_write import replace_file, writable_file, written_name
from gridsim.show.html import escaped
from gridsim.words import Language, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gridsim.show.document import Block
    from gridsim.words import Lang

    Writers = Mapping[str, Callable[[], str]]
    """By ending: how the document is told as text; what has none is a workbook."""

__all__ = ["document_file", "save_document"]

_ENDINGS = (".txt", ".md", ".html", ".xlsx")
_PAGE = (
    '<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
    "<style>body{{font-family:sans-serif;margin:2em auto;max-width:70em;padding:0 1em}}</style>\n</head>\n"
    "<body>\n{body}\n</body>\n</html>\n"
)


def document_file(path: str | Path) -> Path:
    """A file for a document, found out before anything is computed.

    Raises
    ------
    ResultError
        Its name ends otherwise than ``.txt``, ``.md``, ``.html`` or ``.xlsx``, or it cannot be written.
    """
    target = written_name(Path(path))
    if target.suffix.lower() not in _ENDINGS:
        endings = ", ".join(_ENDINGS)
        raise ResultError(Sentence("{path}: the name must end with one of {endings}", path=target, endings=endings))
    return writable_file(target)


def save_document(
    path: str | Path, title: str, blocks: Sequence[Block], lang: Lang, *, width: int = 140, texts: Writers | None = None
) -> Path:
    """Write a document whole, or not at all.

    Parameters
    ----------
    path : str or Path
        Its ending says in which form.
    title : str
        Of the page, and of the sheet of the workbook.
    blocks : sequence of Block
    lang : {"en", "zh"}
    width : int
        Of a plain text [characters].
    texts : mapping of str to callable, optional
        By ``.txt``, ``.md`` and ``.html``: makes the text, of HTML what stands on the page; the blocks if left out.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ResultError
        As `document_file`.
    """
    target = document_file(path)
    ending = target.suffix.lower()
    if ending == ".xlsx":
        replace_file(target, lambda part: _write_workbook(part, title, blocks, lang))
        return target
    told = texts[ending]() if texts is not None else _told(ending, blocks, width)
    if ending == ".html":
        told = _PAGE.format(lang=lang, title=escaped(title), body=told)
    replace_file(target, lambda part: part.write_text(told, encoding="utf-8", newline="\n"))
    return target


def _told(ending: str, blocks: Sequence[Block], width: int) -> str:
    from gridsim.show.html import html
    from gridsim.show.markdown import markdown
    from gridsim.show.terminal import terminal_text

    if ending == ".txt":
        return terminal_text(blocks, width=width)
    return markdown(blocks) if ending == ".md" else html(blocks)


def _write_workbook(path: Path, title: str, blocks: Sequence[Block], lang: Lang) -> None:
    from gridsim.show.workbook import opened
    from gridsim.show.workbook_document import write_document

    with opened(path, title, Language(lang)) as (book, formats):
        write_document(book.add_worksheet("gridsim"), formats, blocks)
