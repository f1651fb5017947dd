"""The texts of all pages beside the search, so that each page found shows a line around what was searched.

Sphinx would fetch each page for that, which a browser forbids to pages that are files. So one script holds the texts,
by page and section, and the search page alone loads it (`static/search_context.js` shows the line).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes

TEXTS = "search_texts.js"


UNREAD = (nodes.comment, nodes.raw)


def texts_of(tree: nodes.document) -> list[list[str]]:
    """Each section's anchor and its text, the page's own title apart, in order; sections without text are left out."""
    found: dict[str, list[str]] = {}
    before: nodes.Node | None = None
    for text in tree.findall(nodes.Text):
        block, anchor, is_read = _around(text)
        pieces = found.setdefault(anchor, [])
        pieces.append((" " if block is not before else "") + (str(text) if is_read else " "))
        before = block
    joined = ((anchor, re.sub(r"\s+", " ", "".join(pieces)).strip()) for anchor, pieces in found.items())
    return [[anchor, text] for anchor, text in joined if text]


def _around(text: nodes.Text) -> tuple[nodes.Node | None, str, bool]:
    """The block in which a text stands, the anchor of its section, and whether a reader reads it there."""
    block, is_read = None, not _is_of_title(text)
    node: Any = text.parent
    while node is not None and not isinstance(node, nodes.section):
        block = node if isinstance(node, nodes.TextElement) else block
        is_read = is_read and not isinstance(node, UNREAD)
        node = node.parent
    return block, f"#{node['ids'][0]}" if node is not None and node["ids"] else "", is_read


def _is_of_title(text: nodes.Text) -> bool:
    """Whether it stands in the title of the page, which is shown above the line."""
    title: Any = text.parent
    while title is not None and not isinstance(title, nodes.title):
        title = title.parent
    return title is not None and isinstance(title.parent.parent, nodes.document)


def _write(app: Any, failed: Exception | None) -> None:
    if failed is None and app.builder.name == "html":
        texts = {name: texts_of(app.env.get_doctree(name)) for name in sorted(app.env.found_docs)}
        said = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
        path = Path(app.outdir) / "_static" / TEXTS
        path.write_text(f"const PAGE_TEXTS = {said};\n", encoding="utf-8", newline="\n")


def _load(app: Any, name: str, _template: str, _context: dict[str, Any], _tree: object) -> None:
    if name == "search":
        app.add_js_file(TEXTS)
        app.add_js_file("search_context.js")


def setup(app: Any) -> dict[str, bool]:
    """Join in as an extension."""
    app.connect("html-page-context", _load)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
