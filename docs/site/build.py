"""Build the site: ``python docs/site/build.py [FOLDER]``, out/site unless told otherwise (`make site`).

Each language is a site of its own; every page leads to its twin. Anything that Sphinx warns of ends the build, and so
does a page that would ask for something beyond the folder: the site opens from the file system, far from any network.
"""

from __future__ import annotations

import gc
import os
import re
import sys
import tempfile
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import code_pages
from sources import LANGS, ROOT, Lang, Sources, Version
from sphinx.cmd.build import build_main

HERE = Path(__file__).resolve().parent
DOOR = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>gridsim</title>
<meta name="viewport" content="width=device-width">
<style>body { font: 1.2rem system-ui, sans-serif; margin: 20vh auto; max-width: 30rem; text-align: center }</style>
<h1>gridsim</h1>
<p><a href="en/index.html" lang="en">English</a> · <a href="zh/index.html" lang="zh-CN">中文</a></p>
</html>
"""

ASKS = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed|object|link)\b[^>]*?\b(?:src|href|data)\s*=\s*["']?"""
    r"""(?P<tag>(?:https?:)?//[^"'\s>]+)|@import\s+["']?(?P<import>(?:https?:)?//[^"'\s;]+)"""
    r"""|url\(\s*["']?(?P<url>(?:https?:)?//[^"')]+)""",
    re.IGNORECASE,
)
"""What a browser would ask elsewhere for as soon as it opens the file; a plain link waits for the reader."""


def asks_elsewhere(folder: Path) -> list[str]:
    """What the files of a folder would ask other places for, with the file."""
    return [
        f"{path.relative_to(folder)}: {found['tag'] or found['import'] or found['url']}"
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".html", ".css")
        for found in ASKS.finditer(path.read_text(encoding="utf-8"))
    ]


def dead_links(folder: Path) -> list[str]:
    """The links between files of a folder that lead nowhere, or to a place that the page does not have."""
    places: dict[Path, set[str]] = {}
    links: list[tuple[Path, str]] = []
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        places[path] = set(re.findall(r"""\s(?:id|name)=["']?([^"'\s>]+)""", text)) | {"", "top"}
        links += [(path, unescape(link)) for link in re.findall(r"""<a\b[^>]*?\shref=["']([^"']*)""", text)]
    dead = []
    for path, link in links:
        target, _, place = unquote(link).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        leads = Path(os.path.normpath(path.parent / target.partition("?")[0])) if target else path
        if not leads.is_file() or (leads in places and place not in places[leads]):
            dead.append(f"{path.relative_to(folder)}: {link}")
    return dead


def build(lang: Lang, sources: Path, out: Path) -> int:
    """Build one language; returns the exit code of Sphinx."""
    os.environ["GRIDSIM_SITE_LANG"] = lang  # conf.py is told so
    options = ["--builder", "html", "--quiet", "--fail-on-warning", "--conf-dir", str(HERE)]
    return build_main(
        [*options, "--doctree-dir", str(sources / "doctrees" / lang), str(sources / lang), str(out / lang)]
    )


def main(arguments: list[str]) -> int:
    """Build all; returns the exit code."""
    out = Path(arguments[0]) if arguments else ROOT / "out" / "site"
    found = Sources()
    with tempfile.TemporaryDirectory() as folder:
        code: dict[str, str] = {}
        for lang in LANGS:
            version = Version(found, lang, Path(folder) / lang)
            version.write()
            code |= version.code
        codes = [build(lang, Path(folder), out) for lang in LANGS]
    if any(codes):
        return 1
    for name, text in code.items():
        path = out / code_pages.FOLDER / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code_pages.page(name, text), encoding="utf-8", newline="\n")
    (out / "index.html").write_text(DOOR, encoding="utf-8", newline="\n")
    wrong = [f"asks another place: {line}" for line in asks_elsewhere(out)]
    wrong += [f"leads nowhere: {line}" for line in dead_links(out)]
    print("\n".join(wrong) or f"built: {out / 'index.html'}")
    return int(bool(wrong))


if __name__ == "__main__":
    gc.disable()  # trees of pages stay to the end: to look through them for cycles took a third of all time
    sys.exit(main(sys.argv[1:]))
