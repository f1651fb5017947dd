"""Files of code and worked cases that pages lead into, as pages of their own: each place has an anchor of its name.

In the repository such a link opens the file; the site shows it coloured, at the function, the test or the case that is
meant. These pages stand once, for readers of both languages.
"""

from __future__ import annotations

import ast
import re
from html import escape
from pathlib import PurePosixPath

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename

__all__ = ["FOLDER", "SUFFIXES", "anchors", "page"]

FOLDER, SUFFIXES = "code", (".py", ".yaml")
_CASE = re.compile(r"^- case: (.+)$")
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{path} — gridsim</title>
<meta name="viewport" content="width=device-width">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem }}
pre {{ line-height: 1.4; overflow-x: auto }}
:target {{ background: #fff3bf; scroll-margin-top: 3rem }}
{light}
@media (prefers-color-scheme: dark) {{ :target {{ background: #4a4000 }} {dark} }}
</style>
<p><a href="{up}index.html">gridsim</a></p>
<h1>{path}</h1>
<pre class="code" tabindex="0">{lines}</pre>
</html>
"""


def anchors(text: str, suffix: str) -> dict[str, int]:
    """The places of a file that a link may name, each with its line, counted from 0.

    Functions and classes by their names, a kernel by the name that it has when compiled (``njit(_name)``); worked cases
    as headings are named in links.
    """
    from sources import slug

    if suffix == ".yaml":
        lines = enumerate(text.splitlines())
        return {slug(found[1]): number for number, line in lines if (found := _CASE.match(line))}
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    own = {node.name: node.lineno - 1 for node in nodes}
    return {**{name.lstrip("_"): line for name, line in own.items()}, **own}


def page(path: str, text: str) -> str:
    """The page of a file."""
    suffix = PurePosixPath(path).suffix
    names: dict[int, list[str]] = {}
    for name, number in anchors(text, suffix).items():
        names.setdefault(number, []).append(name)
    lines = highlight(text, get_lexer_for_filename(path, stripnl=False), HtmlFormatter(nowrap=True)).split("\n")
    for number, called in names.items():
        before = "".join(f'<span id="{escape(name)}"></span>' for name in called[1:])
        lines[number] = f'{before}<span id="{escape(called[0])}">{lines[number]}</span>'
    return _PAGE.format(
        path=escape(path),
        light=HtmlFormatter(style="a11y-high-contrast-light").get_style_defs(".code"),
        dark=HtmlFormatter(style="a11y-high-contrast-dark").get_style_defs(".code"),
        up="../" * len(PurePosixPath(path).parts),
        lines="\n".join(lines),
    )
