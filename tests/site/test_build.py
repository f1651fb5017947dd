"""What ends the build of the site: a page that asks another place, a link that leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

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
