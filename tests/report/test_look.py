"""The report on a phone, by night and for everybody: nothing is cut or lies on another, and WCAG 2 A and AA hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gridsim.report.html import write_report
from tests.report.measured import cut_or_colliding, faults_of_access, sticking_out
from tests.report.page import EVIL, Opened, needs_browser
from tests.shared import fresh

pytestmark = [needs_browser, pytest.mark.slow]  # a browser reads every page

WIDTHS = (390, 360, 1200)


def resize(opened: Opened, width: int) -> None:
    """Another width, until every chart has been drawn for it."""
    opened.page.set_viewport_size({"width": width, "height": 844})
    opened.page.wait_for_function(
        "() => [...document.querySelectorAll('.js-plotly-plot')].filter((e) => e.offsetParent)"
        ".every((e) => Math.abs(e._fullLayout.width - e.clientWidth) < 1)"
    )


@pytest.mark.parametrize("report", ["en", "zh", "evil"])
def test_nothing_is_cut_on_a_phone_and_nothing_lies_on_another(
    opened: Opened, reports: dict[str, Path], report: str
) -> None:
    opened.open(reports[report])
    for width in WIDTHS:
        resize(opened, width)
        assert not sticking_out(opened), width
        assert not cut_or_colliding(opened), width
    name = {"en": "R1/tou", "zh": "U5/conventional", "evil": f"{EVIL['U5']}/conventional"}[report]
    opened.page.evaluate("(name) => { location.hash = `unit/${encodeURIComponent(name)}`; }", name)
    opened.page.wait_for_selector("#unit-explained h2")
    opened.wait_for_charts()
    for width in WIDTHS:
        resize(opened, width)
        assert not sticking_out(opened), width
        assert not cut_or_colliding(opened), width
    assert not opened.complaints, opened.complaints


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("zh", "dark")])
def test_axe_finds_nothing(process: Any, reports: dict[str, Path], lang: str, scheme: str) -> None:
    context = process.new_context(viewport={"width": 1200, "height": 900}, color_scheme=scheme)
    opened = Opened(context.new_page())
    opened.open(reports[lang])
    assert not faults_of_access(opened)
    opened.page.locator(".night").click()  # and in the other colours
    assert not faults_of_access(opened)
    opened.page.locator('table[data-table="units"] a').first.click()
    opened.page.wait_for_selector("#unit-explained h2")
    opened.wait_for_charts()
    assert not faults_of_access(opened)
    context.close()


GROUNDS = """() => [getComputedStyle(document.querySelector("section")).backgroundColor,
  getComputedStyle(document.querySelector('[data-figure="waterfall"] .main-svg')).backgroundColor]"""
DAY, NIGHT = "rgb(255, 255, 255)", "rgb(26, 32, 39)"


def test_night_falls_with_the_machines_or_at_a_button_and_never_on_paper(
    process: Any, reports: dict[str, Path]
) -> None:
    context = process.new_context(viewport={"width": 1200, "height": 900}, color_scheme="dark")
    opened = Opened(context.new_page())
    opened.open(reports["en"])
    page, button = opened.page, opened.page.locator(".night")
    assert page.evaluate(GROUNDS) == [NIGHT, NIGHT] and button.get_attribute("aria-pressed") == "true"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(GROUNDS) == [DAY, DAY]
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(GROUNDS) == [NIGHT, NIGHT]
    page.emulate_media(color_scheme="light")  # the evening is over
    page.wait_for_function(f"() => ({GROUNDS})().every((colour) => colour === {DAY!r})")
    button.click()
    assert page.evaluate(GROUNDS) == [NIGHT, NIGHT] and button.get_attribute("aria-pressed") == "true"
    page.reload()  # what the reader chose is kept
    opened.page.wait_for_selector("html[data-ready=yes]")
    opened.wait_for_charts()
    assert page.evaluate(GROUNDS) == [NIGHT, NIGHT]
    assert not opened.complaints, opened.complaints
    context.close()


def test_a_page_for_one_party_is_read_alike(process: Any, tmp_path: Path) -> None:
    page = write_report(fresh(), tmp_path / "R1.html", party="R1", lang="zh")
    context = process.new_context(viewport={"width": 1200, "height": 900})
    opened = Opened(context.new_page())
    opened.open(page)
    assert not faults_of_access(opened)
    opened.page.locator("#why a").first.click()  # a figure unfolds its derivation
    heading = opened.page.locator("h4:target")
    assert heading.is_visible() and heading.text_content().startswith("7. ")
    opened.page.locator(".night").click()
    assert not faults_of_access(opened)
    for width in WIDTHS:
        resize(opened, width)
        assert not sticking_out(opened), width
        assert not cut_or_colliding(opened), width
    opened.assert_quiet(page)
    context.close()
