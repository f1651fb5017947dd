"""The report as a file: what it holds, that all of it is escaped, that it is there whole or not at all."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.report import html as html_module
from gridsim.report.html import write_report
from gridsim.units import format_fixed, round_fen
from gridsim.words import Lang
from tests.analysis.edited import TRANSFERS, edited
from tests.report.page import EVIL, evil
from tests.shared import MINI, as_user, fresh


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(fresh(), tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="module")
def evil_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("evil")
    return write_report(evil(folder / "scenario"), folder / "report.html").read_text("utf-8")


def block(text: str, name: str) -> Any:
    """A data block of the page, opened."""
    kind, body = re.search(rf'<script type="([^"]+)" id="{name}">(.*?)</script>', text, re.DOTALL).groups()  # type: ignore[union-attr]
    return json.loads(body if kind == "application/json" else gzip.decompress(base64.b64decode(body)))


class Tags(HTMLParser):
    """Start tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(text)
    return parser.found


def test_nothing_is_fetched_and_no_other_script_may_run(written: Path) -> None:
    text = written.read_text("utf-8")
    for tag, attributes in tags(text):
        assert not {"src", "srcset", "action", "data"} & attributes.keys(), tag
        if "href" in attributes:
            assert str(attributes["href"]).startswith("#")
        assert tag not in {"link", "iframe", "img", "object", "embed", "base"}
        assert not [name for name in attributes if name.startswith("on")]
    policy = next(a["content"] for _, a in tags(text) if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == 2
    assert "unsafe-inline'; img-src" in policy.split("style-src")[1]
    assert "unsafe" not in policy.split("style-src")[0]


def test_tables_hold_the_result(written: Path) -> None:
    data = block(written.read_text("utf-8"), "data")
    units = {row[0].split(" (")[0]: row for row in data["tables"]["units"]["rows"]}
    positions = fresh().exact.positions
    positions = positions[~positions["trial"]]
    assert set(units) == set(positions["unit_id"])
    for unit, row in units.items():
        mine = positions[positions["unit_id"] == unit]
        assert row[2].replace(",", "") == format_fixed(mine["contract_kwh"].sum(), 3)
        fen = round_fen(int(mine["overrun_micro_yuan"].sum() + mine["shortfall_micro_yuan"].sum()))
        assert row[7].replace(",", "") == f"{fen // 100}.{fen % 100:02}"
    compliance = fresh().compliance
    assert len(data["tables"]["failed"]["rows"]) == compliance["passed"].eq(False).sum()
    assert len(data["tables"]["rejected"]["rows"]) == len(fresh().rejected)
    assert len(data["tables"]["assumptions"]["rows"]) == len(fresh().manifest["assumptions"])
    assert len(data["tables"]["sessions"]["rows"]) == len(fresh().inputs["sessions"])


@pytest.mark.slow
def test_a_units_page_holds_every_month_explained(written: Path) -> None:
    text = written.read_text("utf-8")
    units = block(text, "data")["units"]
    page = block(text, f"unit-{units.index('R1/tou')}")
    assert [month for month, _ in page["months"]] == [f"2021-{month:02}" for month in range(1, 13)]
    explanation = fresh().explain("R1/tou", "2021-05").to_html()
    assert page["months"][4][1] == explanation.split("</style>\n")[1]
    assert set(page["figures"]) == {"energy", "waterfall"}


def test_the_summary_is_in_the_page(written: Path) -> None:
    text = written.read_text("utf-8")
    for flow in fresh().summary().flows:
        fen = round_fen(flow.amount_micro_yuan)
        assert f">{fen // 100:,}.{fen % 100:02}<" in text
    assert "accounts sum to 0.00 yuan" in text
    assert fresh().manifest["rules_hash"] in text


def test_all_texts_are_escaped(evil_text: str) -> None:
    for name in EVIL.values():
        if "<" in name:
            assert name not in evil_text.split("<script>", maxsplit=1)[0], name
    found = [tag for tag, _ in tags(evil_text)]
    assert "img" not in found and "b" not in found
    # Our two scripts and the data blocks, and nothing between them.
    scripts = [attributes for tag, attributes in tags(evil_text) if tag == "script"]
    assert [a for a in scripts if "type" not in a] == [{}, {}]
    data = block(evil_text, "data")
    assert any(row[0].startswith(EVIL["U5"]) for row in data["tables"]["units"]["rows"])
    for i in range(len(data["units"])):
        page = block(evil_text, f"unit-{i}")
        inside = [tag for tag, _ in tags(page["html"] + "".join(html for _, html in page["months"]))]
        assert not {"script", "img"} & set(inside)
        assert "onerror" not in {name for _, a in tags(page["html"]) for name in a}


@pytest.mark.slow
def test_templates_do_not_run_what_names_hold(evil_text: str) -> None:
    assert "49 %{y}" not in evil_text


@pytest.mark.slow
def test_the_same_result_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    fresh().save(tmp_path / "out")
    again = write_report(gridsim.Result.load(tmp_path / "out"), tmp_path / "again.html")
    assert again.read_bytes() == written.read_bytes()


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    path.write_text("before")
    monkeypatch.setattr(html_module, "pages_of", lambda *_: iter([None]))
    with pytest.raises(Exception, match=r"has no attribute"):
        write_report(fresh(), path)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.slow
def test_limits_are_kept_and_said(tmp_path: Path) -> None:
    text = write_report(fresh(), tmp_path / "report.html", units=2).read_text("utf-8")
    data = block(text, "data")
    assert len(data["units"]) == 2 and 'id="unit-1"' in text and 'id="unit-2"' not in text
    assert "The 2 units with the largest deviation money" in text
    assert data["tables"]["units"]["links"] == [0, 1, -1, -1]


def test_what_is_wrong_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for words, arguments in (
        ("lang must be one of en, zh", {"lang": "fr"}),
        ("units", {"units": -1}),
    ):
        with pytest.raises(gridsim.ResultError, match=words):
            write_report(fresh(), tmp_path / "r.html", **arguments)  # type: ignore[arg-type]
    with pytest.raises(gridsim.ResultError, match="is a folder"):
        write_report(fresh(), tmp_path)
    with pytest.raises(gridsim.ResultError, match=r"its name ends with \.html"):
        write_report(fresh(), tmp_path / "r.pdf")
    monkeypatch.setattr(html_module, "find_spec", lambda _: None)
    with pytest.raises(gridsim.GridsimError, match=r"jinja2 is not installed.*gridsim\[report\]"):
        write_report(fresh(), tmp_path / "r.html")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    fresh().save(tmp_path / "out", format="csv")
    page = tmp_path / "b" / "r.html"
    done = as_user("report", tmp_path / "out", "--out", page, "--lang", "zh", "--units", "1")
    assert "报告" in done.stdout
    assert '<html lang="zh-CN">' in page.read_text("utf-8")
    missing = as_user("report", tmp_path, "--out", page, expect=2)
    assert "manifest.json" in missing.stderr


@pytest.mark.parametrize(
    ("lang", "title", "rows"),
    [
        ("en", "Contract energy that changed hands", ["buyers", "generators"]),
        ("zh", "合同电量转让", ["购电方", "发电企业"]),
    ],
)
def test_energy_that_changed_hands_stands_beside_the_market(
    lang: Lang, title: str, rows: list[str], tmp_path: Path
) -> None:
    text = write_report(edited(TRANSFERS), tmp_path / "r.html", lang=lang).read_text("utf-8")
    market = text.split('id="market"')[1].split("</section>")[0]
    assert f"<h3>{title}</h3>" in market
    table = re.findall(r"<td[^>]*>(.*?)</td>", market.split(f"<h3>{title}</h3>")[1])
    assert table[1::7] == rows and table[3::7] == ["50.000"] * 2 and table[4::7] == ["360.000", "356.000"]


def test_a_year_without_trades(tmp_path: Path) -> None:
    for path in MINI.glob("*"):
        if path.stem not in {"bilateral", "orders", "sessions"} and path.suffix in {".csv", ".yaml"}:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    result = gridsim.run(gridsim.load(tmp_path))
    text = write_report(result, tmp_path / "r.html").read_text("utf-8")
    assert "Nothing was traded." in text and "changed hands" not in text.split('id="market"')[1].split("</section>")[0]


def test_a_units_page_tells_whose_its_deviation_was(written: Path) -> None:
    text = written.read_text("utf-8")
    units = block(text, "data")["units"]
    page = block(text, f"unit-{units.index('R1/conventional')}")["html"]
    found = page.partition("Whose deviation was it")[2].partition("<h3>")[0]
    table = fresh().attribution(units=["R1/conventional"]).exact
    for amount in table.groupby("user_id", observed=True)["amount_micro_yuan"].sum():
        assert format_fixed(round_fen(int(amount)), 2, thousands=True) in found
    alone = block(text, f"unit-{units.index('U4/tou')}")["html"]
    assert "Whose deviation was it" not in alone
