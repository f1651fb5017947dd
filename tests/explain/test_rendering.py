"""Plain text, Markdown and HTML: alignment, line breaks, and nothing from the scenario that acts as markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import gridsim
from gridsim.explain import Explanation, Grid, ListItem, Section, Step
from gridsim.explain.model import html
from gridsim.explain.script import condensed
from gridsim.explain.words import Wording
from gridsim.show.plain import display_width, wrapped
from gridsim.templates import write_template
from tests.explain.reading import check_calculations, grids, headings, number, texts


def _explanation(*blocks, lang="en"):
    return Explanation("U", "2021-04", "A title", (), (Section("S", (), (Step(1, "T", "N4", "", blocks),)),), lang)


def test_wide_characters_take_two_columns():
    assert display_width("峰段 peak") == 9
    assert display_width("e\N{COMBINING ACUTE ACCENT}") == 1


def test_columns_align_by_display_width(mini):
    grid = Grid(("科目", "金额"), (("合同电费", "1.00"), ("x", "22.00")), "<>", ("合计", "23.00"))
    text = str(_explanation(grid)).splitlines()
    table = [line for line in text if line.startswith("    ")]
    assert len({display_width(line) for line in table}) == 1
    assert table[2].endswith(" 1.00")


@pytest.mark.parametrize("width", [20, 33, 100])
def test_wrapping_keeps_every_character_and_the_width(width):
    text = "按日历天数分解，2021年4月为：36,500.008 × 30 ÷ 365 = 3,000.000657…（舍去不足1千瓦时的部分）。 And words."
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(display_width(line) <= width for line in lines)
    assert not any(line[0] in "，。：）" for line in lines)
    assert not any(line[-1] in "（" for line in lines)


def test_a_table_that_is_too_wide_folds_its_texts_and_never_its_numbers():
    rows = (("a_very_long_identifier_" * 4, "retailer " * 8, "123,456,789.123", "9,876,543,210.123456"),)
    text = str(_explanation(Grid(("h",) * 4, rows, "<<>>")))
    assert max(map(display_width, text.splitlines())) <= 100
    assert "123,456,789.123" in text
    assert "9,876,543,210.123456" in text


def test_signs_that_act_are_shown_harmlessly():
    nasty = "U\x1b[31m1\n|<script>alert(1)</script>[x](javascript:1)*b*&lt;`c`"
    explanation = _explanation(nasty, ListItem(nasty, (nasty,)), Grid((nasty,), ((nasty,),), "<", (nasty,)))
    assert "\x1b" not in str(explanation)
    html = explanation._repr_html_()
    assert "<script>" not in html
    assert "&amp;lt;" in html
    markdown = explanation.to_markdown()
    assert "\x1b" not in markdown
    assert "<script" not in re.sub(r"\\.", "", markdown)
    assert "[x](" not in re.sub(r"\\.", "", markdown)
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert {re.sub(r"\\.", "", row).count("|") for row in rows} == {2}


def test_markdown_does_not_make_lists_of_sentences():
    markdown = _explanation("1. first", "- second", "# third", "-262.427 stays").to_markdown()
    assert "\n1\\. first\n" in markdown
    assert "\n\\- second\n" in markdown
    assert "\n\\# third\n" in markdown
    assert "\n-262.427 stays\n" in markdown


class _Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_html_is_well_formed_and_stands_alone(mini, lang):
    html = mini.explain("R1/tou", "2021-02", lang=lang)._repr_html_()
    parser = _Balanced()
    parser.feed(html)
    assert parser.open == []
    assert f'lang="{lang}"' in html
    assert "http" not in html
    assert "【模拟试结算】" in html or lang == "en"


def test_chinese_text_can_be_kept_in_gbk(mini):
    str(mini.explain("R1/tou", "2021-02", lang="zh")).encode("gbk")


def test_repr_is_short(mini):
    assert repr(mini.explain("U6", "2021-02")) == "Explanation('U6', '2021-02', 5 steps, lang='en')"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """The mini market with 40 more users in R1/conventional, who have no names."""
    folder: Path = tmp_path_factory.mktemp("crowd") / "mini"
    write_template(folder, "mini")
    numbers = range(40)
    with (folder / "users.csv").open("a", encoding="utf-8") as file:
        for i in numbers:
            file.write(f"V{i},,large_industry,110kV,{'true' if i % 4 else 'false'},conventional,R1,,false\n")
    with (folder / "meter.csv").open("a", encoding="utf-8") as file:
        for i in numbers:
            file.writelines(f"V{i},2021-04,{period},{i}.{i:03d}\n" for period in ("peak", "flat"))
    return gridsim.run(gridsim.load(folder))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_many_cells_are_summed_up_and_still_add_up(crowd, lang):
    heading = headings(lang)
    explanation = crowd.explain("R1/conventional", "2021-04", lang=lang)
    said = [text for step in explanation.steps for text in texts(step)]
    assert condensed(Wording(lang), 86) in said
    for text in said:
        check_calculations(text)
    for step in explanation.steps:
        for _, rows, foot in grids(step):
            assert len(rows) <= 30
            for column in (heading("energy"), heading("money"), heading("in_band"), heading("overrun")):
                if foot.get(column):
                    assert number(foot[column]) == sum(number(row[column]) for row in rows)
            if foot.get(heading("money")) and heading("price") in foot and heading("energy") in foot:
                for row in rows:  # the rest is summed up tariff by tariff, so that each row can be checked
                    assert number(row[heading("energy")]) * number(row[heading("price")]) == number(
                        row[heading("money")]
                    )
    transfers = {line.line for step in explanation.steps for line in step.transfers}
    ledger = crowd.exact.ledger
    ours = (ledger["unit_id"] == "R1/conventional") & (ledger["month"] == "2021-04")
    assert transfers == set(ledger.loc[ours, "line"])


def test_each_step_can_be_linked_to(mini):
    explanation = mini.explain("R1/tou", "2021-04")
    assert " id=" not in explanation.to_html()
    text = html(explanation, anchor='at"<1>')
    assert [f' id="at&quot;&lt;1&gt;-{step.number}">{step.number}. ' in text for step in explanation.steps] == [
        True
    ] * len(explanation.steps)
