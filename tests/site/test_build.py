"""What ends the build of the site: a page that asks another place, a link that leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pydata_sphinx_theme
import pytest
from babel.messages.pofile import read_po
from docutils import nodes
from docutils.utils import new_document

from tests.site.built import site_module

build = site_module("build")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<script async src="https://cdn.example/mathjax.js"></script>'),
        ("a.html", "<img alt=x src='//cdn.example/x.png'>"),
        ("a.html", '<link rel="stylesheet" href="http://cdn.example/x.css">'),
        ("a.html", "<style>@import 'https://cdn.example/x.css'; </style>"),
        ("_static/a.css", 'body { background: url("https://cdn.example/x.png") }'),
    ],
)
def test_what_a_browser_would_ask_elsewhere_is_told(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "_static").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")
    (told,) = build.asks_elsewhere(tmp_path)
    assert told.startswith(f"{name}: ") and "cdn.example" in told


def test_a_plain_link_and_what_lies_beside_a_page_ask_nothing(tmp_path: Path) -> None:
    text = '<a href="https://law.example/1">law</a><img src="_images/a.png"><script src="_static/a.js"></script>'
    (tmp_path / "a.html").write_text(text, encoding="utf-8")
    assert build.asks_elsewhere(tmp_path) == []


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "b.html").write_text('<h2 id="here">b</h2>', encoding="utf-8")
    links = {
        "b.html": True, "b.html#here": True, "#top": True, "#own": True, "https://law.example/": True,
        "c.html": False, "b.html#there": False, "#none": False, "../zh/b.html": False,
    }  # fmt: skip
    text = '<p id="own">' + "".join(f'<a href="{link}">x</a>' for link in links)
    (tmp_path / "en" / "a.html").write_text(text, encoding="utf-8")
    dead = [f"en/a.html: {link}" for link, leads in links.items() if not leads]
    assert build.dead_links(tmp_path) == dead


def test_every_word_of_the_theme_has_its_chinese() -> None:
    """What the theme's own catalogue lacks stands in ours, and nothing that it has by now."""
    file = Path(pydata_sphinx_theme.__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "sphinx.po"
    with file.open("rb") as opened:
        lacking = {message.id for message in read_po(opened) if message.id and not message.string}
    assert set(site_module("theme_words").WORDS) == lacking


def test_the_text_of_a_section_stands_under_its_anchor() -> None:
    paragraph, raw = nodes.paragraph(), nodes.raw("", "<b>")
    paragraph += [nodes.Text("It is\n  "), nodes.literal(text="10"), nodes.raw("", "<br>"), nodes.Text("yuan.")]
    inner = nodes.section("", nodes.title(text="How much"), paragraph, raw, ids=["how-much"])
    empty = nodes.section("", nodes.comment("", "no"), ids=["empty"])
    tree = new_document("page")
    tree += nodes.section("", nodes.title(text="Pay"), nodes.paragraph(text="Before."), inner, empty, ids=["pay"])
    found = site_module("search_context").texts_of(tree)
    assert found == [["#pay", "Before."], ["#how-much", "How much It is 10 yuan."]]
