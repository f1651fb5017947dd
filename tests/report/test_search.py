"""One search over the whole report, by keyboard: sections, units, users, months, clauses, rows of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridsim.report.html import write_report
from tests.report.measured import faults_of_access, sticking_out
from tests.report.page import EVIL, Opened, needs_browser
from tests.shared import fresh

pytestmark = [needs_browser, pytest.mark.slow]  # a browser reads every page


def found(opened: Opened, text: str) -> list[str]:
    """What the search lists for a text, typed from anywhere in the page."""
    page = opened.page
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.wait_for_function(
        "text => document.activeElement.value === text && !document.getElementById('found').hidden"
        " && document.getElementById('found-told').textContent",
        arg=text,
    )
    return [" | ".join(option.split("\n")) for option in page.locator("#found li").all_inner_texts()]


def lit(opened: Opened) -> str:
    """What the chosen result led to; it is in sight, and the keyboard goes on from it."""
    opened.page.wait_for_selector(".is-found")
    text: str = opened.page.locator(".is-found").inner_text()
    assert opened.page.evaluate("""() => {
      const box = document.activeElement.getBoundingClientRect();
      return document.activeElement.classList.contains("is-found") && box.bottom > 0 && box.top < window.innerHeight;
    }""")
    return text


def test_a_result_of_every_kind_leads_there_by_keyboard_alone(opened: Opened, reports: dict[str, Path]) -> None:
    opened.open(reports["en"])
    keyboard = opened.page.keyboard
    assert found(opened, "books")[0] == "Section 1 | Books | Market"
    keyboard.press("Enter")
    assert lit(opened) == "Books"
    # A row on the second page of a table that was searched for something else.
    opened.page.locator("#assumptions input[type=search]").fill("nothing of the kind")
    row = opened.page.evaluate(
        "() => JSON.parse(document.getElementById('data').textContent).tables.assumptions.rows[30]"
    )
    rows = found(opened, row[0])
    assert rows[0].startswith("Table 1 | ") and rows[0].endswith(" | Assumptions taken"), rows
    keyboard.press("Enter")
    assert lit(opened).startswith(row[0])
    # A user, and the unit that it is in.
    (user,) = [row for row in found(opened, "合成机械厂") if row.startswith("User")]
    assert user == "User 1 | U3 合成机械厂 | R1/tou (合成售电公司)"
    keyboard.press("Enter")
    opened.page.wait_for_selector("#unit-explained h2")
    assert opened.page.locator("#unit-page > h2").text_content() == "R1/tou (合成售电公司)"
    # From a unit's page: a month of another, and a step of its derivation by clause.
    assert found(opened, "u5/conventional 2021-07")[0].startswith("Month 1 | 2021-07 U5/conventional")
    keyboard.press("Enter")
    opened.page.wait_for_function("() => document.querySelector('#unit-explained h2')?.textContent.includes('2021-07')")
    assert "U5/conventional" in lit(opened)
    assert found(opened, "N5.2 metered R1/tou")[0].startswith("Clause")
    keyboard.press("Enter")
    opened.page.wait_for_function("() => /N5\\.2/.test(document.querySelector('.is-found')?.textContent)")
    assert "N5.2" in lit(opened)
    # And back to the report.
    found(opened, "I-2021-06-late")
    keyboard.press("Enter")
    opened.page.wait_for_selector("#report:not([hidden])")
    assert lit(opened).startswith("I-2021-06-late")
    assert found(opened, "nowhere to be found") == ["Nothing found."]
    keyboard.press("Escape")
    assert opened.page.locator("#found").is_hidden()
    assert not opened.complaints, opened.complaints


def test_in_chinese_on_a_phone_and_for_a_reader_of_screens(opened: Opened, reports: dict[str, Path]) -> None:
    opened.open(reports["zh"])
    opened.page.set_viewport_size({"width": 360, "height": 800})
    assert found(opened, "分时段 r1")[-1:] != ["没有找到。"]
    assert any(row.startswith("用户 1 | U3") for row in found(opened, "U3 机械"))
    assert any("2021年7月" in row for row in found(opened, "U5 2021年7月"))
    assert any("2021年7月" in row for row in found(opened, "Ｕ５ 2021-07"))  # as tables have it
    assert any("2021年7月" in row for row in found(opened, "U5 七月"))  # as people say it
    assert not sticking_out(opened)
    assert not faults_of_access(opened)  # with the list open
    field = opened.page.locator("#find")
    assert field.get_attribute("aria-activedescendant") == "found-0"
    assert opened.page.locator("#found-told").text_content().startswith("找到 ")
    opened.page.locator("#found-0").click()
    opened.page.wait_for_selector("#unit-explained h2")
    assert not opened.complaints, opened.complaints


def test_names_do_nothing_but_stand_in_the_list(opened: Opened, reports: dict[str, Path]) -> None:
    opened.open(reports["evil"])
    for name in (EVIL["U5"], EVIL["U4"], EVIL["R1"]):
        assert any(name in row for row in found(opened, name)), name
        assert opened.page.locator("#found script, #found b").count() == 0
    assert not opened.complaints, opened.complaints


def test_the_page_for_one_party_has_the_same_search(opened: Opened, tmp_path: Path) -> None:
    opened.open(write_report(fresh(), tmp_path / "R1.html", party="R1", lang="zh"))
    page = opened.page
    assert found(opened, "u3") == ["用户 1 | U3 合成机械厂 | R1/分时段"]
    for other in ("U5", "G1", "合成食品厂"):  # nobody else is found, since nobody else is in the page
        assert found(opened, other) == ["没有找到。"]
    assert any(row.startswith("月份") for row in found(opened, "r1/tou 2021-07"))
    page.keyboard.press("Enter")
    assert "2021年7月" in lit(opened) and page.locator("details[open]").count() == 1
    assert found(opened, "N5.2 偏差范围 2021-04")[0].startswith("条款")
    page.keyboard.press("Enter")
    assert "N5.2" in lit(opened)  # a step, which was folded up
    assert not faults_of_access(opened)
    page.locator(".night").click()
    page.set_viewport_size({"width": 360, "height": 800})
    assert found(opened, "2021年7月")[-1].startswith("表格")
    assert not sticking_out(opened) and not faults_of_access(opened)
    page.keyboard.press("Enter")
    assert not opened.complaints, opened.complaints
