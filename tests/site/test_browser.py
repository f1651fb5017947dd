"""The site in a browser, opened from the file system: read and searched in both languages, asking no other place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report.page import Opened, needs_browser
from tests.site.built import built, site_module

pytestmark = [needs_browser, pytest.mark.slow]  # the site is built, and a browser reads it


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("site"))


@pytest.fixture
def opened(process: Any) -> Iterator[Opened]:
    context = process.new_context(viewport={"width": 1300, "height": 900})
    opened = Opened(context.new_page())
    yield opened
    context.close()
    elsewhere = [url for url in opened.requests if not url.startswith("file:")]
    assert not elsewhere
    assert not [said for said in opened.complaints if not said.startswith("log: [PST]")]  # the theme tells what it does


def results(opened: Opened, site: Path, lang: str, words: str) -> list[str]:
    """What a reader finds who types words into the field of the search page."""
    page = opened.page
    page.goto((site / lang / "search.html").as_uri())
    field = page.locator("input[name=q]:visible").first
    field.fill(words)
    field.press("Enter")
    page.wait_for_function(
        "() => location.search.includes('q=') && typeof Search === 'object'"
        " && ['Search Results', '搜索结果'].includes(Search.title?.innerText)"
    )
    return list(page.locator("#search-results li > a").all_text_contents())


def test_the_door_leads_to_both_languages_and_each_page_to_its_twin(opened: Opened, site: Path) -> None:
    page = opened.page
    page.goto((site / "index.html").as_uri())
    page.locator("a", has_text="中文").click()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.locator("article a", has_text="给代理用户出账单").first.click()
    assert page.locator("h1").text_content().startswith("给代理用户出账单")
    page.locator("header a[hreflang=en]:visible").first.click()
    assert page.url.endswith("/en/how-to/bill-customers.html")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.locator("footer a", has_text="Glossary").click()
    assert page.locator("h1").text_content().startswith("Glossary")


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("偏差", "偏差是谁的"),
        ("结算单", "核对结算单"),
        ("购销价差", "操作指南"),  # a word of the glossary
        ("售电公司代理用户账单", "给代理用户出账单"),  # words in a row, as people type them
        ("重现 结果", "重现结果"),
        ("jiangsu", "jiangsu-2023-mini：可以手工核对的小市场"),
    ],
)
def test_chinese_words_are_found(opened: Opened, site: Path, words: str, page: str) -> None:
    assert page in results(opened, site, "zh", words)


@pytest.mark.parametrize(
    ("lang", "words", "page"),
    [
        ("en", "shortfall", "Bands and deviation"),
        ("en", "interrupt", "Run a batch"),
        ("zh", "偏差", "偏差范围与偏差"),
    ],
)
def test_pages_for_readers_stand_before_decision_records(
    opened: Opened, site: Path, lang: str, words: str, page: str
) -> None:
    found = results(opened, site, lang, words)
    records = [place for place, title in enumerate(found) if re.match(r"\d+\. ", title)]
    assert found.index(page) < min(records, default=len(found))


@pytest.mark.parametrize(
    ("lang", "words", "said"),
    [
        ("zh", "偏差", ["偏差"]),
        ("zh", "售电公司代理用户账单", ["账单"]),
        ("en", "customer billing", ["bill", "customer"]),
        ("en", "largest remainder", ["largest remainder"]),
    ],
)
def test_each_page_found_shows_a_line_around_the_words(
    opened: Opened, site: Path, lang: str, words: str, said: list[str]
) -> None:
    found = len(results(opened, site, lang, words))
    lines = opened.page.locator("#search-results li p.context").all_text_contents()
    assert found == len(lines) > 0
    assert all(0 < len(line) <= 170 for line in lines)
    assert any(word in lines[0].lower() for word in said)
    assert not any("<" in line and "href" in line for line in lines)
    assert opened.page.locator("#search-results li p.context mark").count() >= found // 2


def test_the_words_of_the_theme_are_chinese(opened: Opened, site: Path) -> None:
    opened.page.goto((site / "zh" / "start-here.html").as_uri())
    text = opened.page.locator("body").inner_text()
    assert "收起侧栏" in text and "Sidebar" not in text
    assert opened.page.locator("[title='Color mode'], [aria-label='Color mode']").count() == 0


def test_what_no_page_says_is_not_found(opened: Opened, site: Path) -> None:
    assert results(opened, site, "zh", "鸢尾花") == []


def test_english_words_are_found_in_any_form(opened: Opened, site: Path) -> None:
    assert "Bill a retailer’s customers" in results(opened, site, "en", "customer billing")


def test_no_page_of_the_site_asks_another_place(site: Path) -> None:
    assert len(list(site.rglob("*.html"))) > 100
    assert not site_module("build").asks_elsewhere(site)


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    assert not site_module("build").dead_links(site)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kind_of_page_opens_quietly(opened: Opened, site: Path, lang: str) -> None:
    for name in ("index", "section-how-to", "tutorials/analyst", "rules/henan-2021", "glossary", "genindex"):
        opened.page.goto((site / lang / f"{name}.html").as_uri())
        assert opened.page.locator("h1").first.is_visible()
        assert opened.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
