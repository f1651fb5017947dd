"""The scenario jiangsu-2023-mini: what its page says by hand, and every table equal to the oracle's."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.report.html import write_report
from gridsim.words import LANGS, Lang
from tests.oracle import settle_market
from tests.properties.harness import differences, exact_tables
from tests.shared import SCENARIOS

FOLDER = SCENARIOS / "jiangsu-2023-mini"
MILLION = 1_000_000


@cache
def tables() -> dict[str, list[dict[str, Any]]]:
    return exact_tables(gridsim.run(gridsim.load(FOLDER)))


def given() -> dict[str, list[dict[str, str]]]:
    """The folder's tables as text."""
    return {file.stem: list(csv.DictReader(file.read_text("utf-8-sig").splitlines())) for file in FOLDER.glob("*.csv")}


def money(month: str, item: str, payer: str = "", payee: str = "") -> list[float]:
    return [
        line["amount_micro_yuan"] / MILLION
        for line in tables()["ledger"]
        if (line["month"], line["item"]) == (month, item)
        and payer in ("", line["payer"])
        and payee in ("", line["payee"])
    ]


def test_it_is_what_the_oracle_finds() -> None:
    """Clauses of checks apart: the oracle knows Henan's alone."""
    expected = settle_market({"year": 2023, "shape": "jiangsu-2023", "tables": given()})
    found = dict(tables())
    for results in (found, expected):
        results["compliance"] = [{**row, "clause": ""} for row in results["compliance"]]
    assert set(found) <= set(expected)
    assert differences(found, {name: expected[name] for name in found}) == []


@pytest.mark.parametrize(
    ("month", "energy", "overrun", "fee"),
    [
        ("2023-01", [252_000, 176_000], [12_840, 9_384], [782]),
        ("2023-02", [252_000, 176_000], [12_840], []),
        ("2023-03", [252_000, 176_000], [8_560], []),
        ("2023-04", [252_000, 167_200], [], []),
        ("2023-05", [252_000, 154_000], [], [782]),
        ("2023-06", [252_000, 176_000], [12_840, 9_384], [195.5]),
    ],
)
def test_the_buyer_of_the_page(month: str, energy: list[float], overrun: list[float], fee: list[float]) -> None:
    assert money(month, "energy", "U") == energy
    assert money(month, "overrun", "U") == overrun
    assert money(month, "deviation_fee", "U") == fee
    assert sum(money(month, "fee_return")) == sum(fee)


def test_may_of_the_page() -> None:
    assert money("2023-05", "structural") == [2_598.06, 1_701.94]
    assert money("2023-05", "under_generation") == [10_638.157, 9_786.843]
    assert money("2023-05", "market_balance") == [-951.5625, -623.4375]


def test_july_of_the_page() -> None:
    trades = {row["session"]: row["price_micro_yuan_per_kwh"] / 1000 for row in tables()["trades"] if row["sell_row"]}
    assert trades == {"M-2023-07": 435, "L-2023-07": 425, "T-2023-07": 415}
    assert money("2023-07", "transfer") == [46.155, 15.38]
    assert money("2023-07", "over_generation") == [3_942.5]
    assert money("2023-07", "under_generation") == [4_132.5]


def test_august_of_the_page() -> None:
    assert sum(money("2023-08", "overrun", "R")) == 4_574.4
    assert money("2023-08", "deviation_fee", "R") == [273.7]
    assert (money("2023-08", "fee_return", payee="U"), money("2023-08", "fee_return", payee="R")) == (
        [136.85],
        [15.0535],
    )
    assert money("2023-08", "fallback", "X") == [6_450]


def test_september_of_the_page() -> None:
    assert (money("2023-09", "deviation_fee", "G1"), money("2023-09", "deviation_fee", "U")) == ([312.8], [391])
    assert money("2023-09", "fee_return") == [703.8]
    assert money("2023-09", "under_generation") == [8_600, 8_600]


def test_the_account_of_the_market_is_zero_in_every_month() -> None:
    held: dict[tuple[str, str], int] = {}
    for line in tables()["ledger"]:
        for party, sign in ((line["payer"], -1), (line["payee"], 1)):
            held[party, line["month"]] = held.get((party, line["month"]), 0) + sign * line["amount_micro_yuan"]
    assert {month: amount for (party, month), amount in held.items() if party == "MARKET" and amount} == {}
    assert sum(held.values()) == 0


@pytest.mark.parametrize("lang", LANGS)
def test_every_month_of_everybody_is_explained(lang: Lang) -> None:
    """An explanation holds its own figures against the ledger's lines, or it is an error."""
    result = gridsim.run(gridsim.load(FOLDER))
    subjects = {(row["unit_id"], row["month"]) for row in tables()["positions"]}
    subjects |= {(row["generator_id"], row["month"]) for row in tables()["seller_settlement"]} | {("X", "2023-08")}
    texts = {subject: str(result.explain(*subject, lang=lang)) for subject in sorted(subjects)}
    assert len(texts) == 9 + 1 + 18 + 1
    name = {"en": "repealed 2026-03-01", "zh": "已于2026年3月1日废止"}[lang]
    for subject, text in texts.items():
        assert name in "".join(text.split("\n")), subject


@pytest.mark.parametrize("lang", LANGS)
def test_the_report_has_a_page_of_each_unit_and_users_outside_alone(lang: Lang, tmp_path: Path) -> None:
    result = gridsim.run(gridsim.load(FOLDER))
    write_report(result, tmp_path / "report.html", lang=lang)
    text = (tmp_path / "report.html").read_text("utf-8")
    heading = {"en": "Users outside of the market", "zh": "市场外用户"}[lang]
    outside = text[text.index(f"<h3>{heading}</h3>") :]
    rows = re.findall(r"<tr[^>]*>\s*<td[^>]*>(.*?)</td>", outside[: outside.index("</table>")], re.DOTALL)
    assert rows == [{"en": "X (合成食品厂)", "zh": "X（合成食品厂）"}[lang]]
