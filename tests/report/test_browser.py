"""The report in a real browser: read, searched, sorted, a unit's page opened, printed; nothing leaves the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridsim.analysis.charts.style import shortened
from tests.report.buttons import press_every_button
from tests.report.page import EVIL, Opened, needs_browser
from tests.shared import IS_FULL, fresh

pytestmark = [needs_browser, pytest.mark.slow]  # a browser reads every page


def rows(opened: Opened, name: str) -> list[list[str]]:
    script = "t => [...t.tBodies[0].rows].map((r) => [...r.cells].map((c) => c.textContent))"
    found: list[list[str]] = opened.page.locator(f'table[data-table="{name}"]').evaluate(script)
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_is_read_and_pictures_are_taken(
    opened: Opened, reports: dict[str, Path], lang: str, tmp_path: Path
) -> None:
    opened.open(reports[lang])
    page = opened.page
    heads = {"en": ["Summary", "Market", "Settlement units"], "zh": ["概览", "市场", "结算单元"]}[lang]
    assert page.locator("#report h2").all_text_contents()[:3] == heads
    assert page.evaluate("document.documentElement.lang") == {"en": "en", "zh": "zh-CN"}[lang]
    assert page.locator("#summary .main-svg").count() >= 3
    assert page.locator("#book-chart .main-svg").count() >= 1
    words = {"en": "What makes up the cost", "zh": "费用构成"}[lang]
    assert words in page.locator('[data-figure="waterfall"] .gtitle').text_content()
    # No part of the page sticks out to the side.
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture = tmp_path / f"{lang}.png"
    page.screenshot(path=picture, full_page=True)
    assert picture.stat().st_size > 100_000
    opened.assert_quiet(reports[lang])


def test_tables_are_searched_and_sorted(opened: Opened, reports: dict[str, Path]) -> None:
    opened.open(reports["en"])
    page = opened.page
    table = page.locator('table[data-table="sessions"]')
    assert len(rows(opened, "sessions")) == 7
    search = page.locator("#market input[type=search]")
    search.fill("intra-month late")
    assert [row[0] for row in rows(opened, "sessions")] == ["I-2021-06-late"]
    assert page.locator("#market .count").text_content() == "1 of 7 rows"
    search.fill("nowhere")
    assert rows(opened, "sessions") == [["Nothing found."]]
    search.fill("")
    heads = table.locator("thead th button")
    energy = heads.all_text_contents().index("MWh")
    for is_rising in (False, True):
        heads.nth(energy).click()
        found = [float(row[energy].replace(",", "")) for row in rows(opened, "sessions")]
        assert found == sorted(found, reverse=not is_rising) and len(set(found)) == 7
    assert table.locator("th").nth(energy).get_attribute("aria-sort") == "ascending"
    heads.nth(0).click()
    names = [row[0] for row in rows(opened, "sessions")]
    assert names == sorted(names)
    # More rows than one page holds.
    assert len(rows(opened, "assumptions")) == 25
    first = rows(opened, "assumptions")[0]
    page.locator("#assumptions button", has_text="Next").click()
    assert first not in rows(opened, "assumptions")
    opened.assert_quiet(reports["en"])


def test_a_units_page_opens_with_its_explanation(opened: Opened, reports: dict[str, Path], tmp_path: Path) -> None:
    opened.open(reports["en"])
    page = opened.page
    page.locator('table[data-table="units"] a', has_text="R1/tou").click()
    page.wait_for_selector("#unit-explained h2")
    opened.wait_for_charts()
    assert not page.locator("#report").is_visible()
    assert page.locator("#unit-page > h2").text_content() == "R1/tou (合成售电公司)"
    assert page.locator("#unit-page .main-svg").count() >= 2
    assert "2021-01" in page.locator("#unit-explained h2").text_content()
    page.locator("#unit-month").select_option(label="2021-05")
    told = page.locator("#unit-explained").text_content()
    assert "Settlement of unit R1/tou in 2021-05" in told
    assert fresh().explain("R1/tou", "2021-05").steps[0].title in told
    page.screenshot(path=tmp_path / "unit.png")
    page.go_back()
    page.wait_for_selector("#report:not([hidden])")
    assert page.locator("#unit-page").is_hidden()
    opened.open(reports["en"], "#unit/U5%2Fconventional")  # an address that someone was sent
    page.wait_for_selector("#unit-explained h2")
    assert page.locator("#unit-page > h2").text_content() == "U5/conventional (合成钢厂)"
    page.locator(".back").click()
    page.wait_for_selector("#report:not([hidden])")
    opened.assert_quiet(reports["en"])


def test_books_can_be_chosen(opened: Opened, reports: dict[str, Path]) -> None:
    opened.open(reports["en"])
    page = opened.page
    title = page.locator("#book-chart .gtitle")
    before = title.text_content()
    page.locator("#book").select_option(index=3)
    page.wait_for_function("t => document.querySelector('#book-chart .gtitle').textContent !== t", arg=before)
    session = page.locator("#book option").nth(3).text_content().split(" · ")[0]
    assert session in title.text_content()


def test_names_from_a_scenario_do_nothing_but_stand_there(opened: Opened, reports: dict[str, Path]) -> None:
    opened.open(reports["evil"])
    page = opened.page
    for name in EVIL.values():
        assert name in page.locator("#report").text_content(), name
    labels = page.locator('[data-figure="flows"] .textpoint').all_text_contents()
    for name in EVIL.values():
        assert any(label.strip("\N{NO-BREAK SPACE}").startswith(shortened(name, 28)) for label in labels), (
            name,
            labels,
        )
    unit = f"{EVIL['U5']}/conventional"
    page.locator('table[data-table="units"] a', has_text=unit).click()
    page.wait_for_selector("#unit-explained h2")
    assert page.locator("#unit-page > h2").text_content() == unit
    assert unit in page.locator("#unit-explained h2").text_content()
    assert page.locator("#unit-page script, #unit-page img, #report img").count() == 0
    opened.assert_quiet(reports["evil"])


@pytest.mark.parametrize("lang", ["en", "zh"] if IS_FULL else ["en"])  # saved charts are pressed in Chinese
def test_every_button_of_every_chart_keeps_to_the_machine(opened: Opened, reports: dict[str, Path], lang: str) -> None:
    opened.open(reports[lang])
    page = opened.page
    pressed = press_every_button(opened)
    assert len(pressed) >= 6 * 4
    words = {"en": "Save as a picture", "zh": "保存为图片"}[lang]
    assert pressed.count(f"toImage: {words}") == page.locator("#report .js-plotly-plot").count() >= 6
    before = page.locator("#book-chart .gtitle").text_content()
    page.locator("#book").select_option(index=1)  # books are drawn when they are chosen, units when they are opened
    page.wait_for_function("t => document.querySelector('#book-chart .gtitle').textContent !== t", arg=before)
    page.locator('table[data-table="units"] a').first.click()
    page.wait_for_selector("#unit-explained h2")
    opened.wait_for_charts()
    assert len(press_every_button(opened)) >= 2 * 6
    assert not opened.complaints, opened.complaints


def test_it_prints_on_a4(opened: Opened, reports: dict[str, Path], tmp_path: Path) -> None:
    opened.open(reports["zh"])
    page = opened.page
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, prefer_css_page_size=True, print_background=True)
    text = paper.read_bytes()
    assert b"/MediaBox [0 0 594.95" in text or b"/MediaBox [0 0 595" in text
    assert 6 <= text.count(b"/Type /Page\n") <= 20
    page.emulate_media(media="print")
    assert page.locator(".contents").is_hidden() and page.locator(".controls").first.is_hidden()
    # On paper nothing is wider than the paper, and a chart keeps within its margins.
    page.set_viewport_size({"width": 695, "height": 1000})
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(300)
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('#report .svg-container')]"
        ".map((e) => e.getBoundingClientRect().width))"
    )
    assert widest <= 695
    opened.assert_quiet(reports["zh"])
