"""From each line that differs one click leads to how ours came about, and one command stands beside it."""

from __future__ import annotations

import re
import shlex
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.reconcile.derivations import derivations, differing_places
from gridsim.reconcile.explaining import ExplainedAt
from gridsim.reconcile.ledger_lines import KEYS, Side
from gridsim.reconcile.reconciliation import Reconciliation
from gridsim.result import Result
from tests.reconcile.test_forged import ALL, map_of
from tests.shared import SCENARIOS
from tests.statements_forged.forging import forge
from tests.statements_forged.market import MARKETS, write_market


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return gridsim.run(gridsim.load(write_market(MARKETS["metered"](), tmp_path_factory.mktemp("m") / "market")))


@pytest.fixture(scope="module")
def found(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Reconciliation:
    """An item that is not there: lines of all units and months differ."""
    forged = forge(ALL["item_they_lack"])
    return result.reconcile(forged.write(tmp_path_factory.mktemp("s"), "lacks"), map=map_of(forged.layout))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_line_that_differs_leads_to_its_derivation(lang: Any, found: Reconciliation, tmp_path: Path) -> None:
    path = found.to_excel(tmp_path / "checked.xlsx", lang)
    sheets = pd.read_excel(path, sheet_name=None, header=None, engine="calamine")
    name = {"en": "Derivations", "zh": "推导"}[lang]
    lines = sheets[{"en": "Lines", "zh": "明细"}[lang]].fillna("")
    with zipfile.ZipFile(path) as book:
        xml = book.read("xl/worksheets/sheet3.xml").decode()
    links = dict(re.findall(r'<hyperlink ref="[A-Z]+(\d+)" location="([^"]+)"', xml))
    differing = found.lines[found.ours.beside.differs]
    assert {int(row) - 2 for row in links} == set(differing.index)
    for row, target in links.items():
        sheet, _, cell = target.partition("!A")
        assert sheet.strip("'") == name
        *_, shown, command = lines.iloc[int(row) - 1]
        assert shown == {"en": "derived", "zh": "查看推导"}[lang]
        words = shlex.split(command)
        asked = dict(zip(words[3::2], words[4::2], strict=True))
        title = found.explained_at.explanation(
            found.explained_at.place(found.ours.beside.keys[int(row) - 2]),
            lang,  # type: ignore[arg-type]
        ).title  # type: ignore[union-attr]
        assert str(sheets[name].iloc[int(cell) - 1, 0]) == title
        assert asked["--unit"].partition("/")[0] in title
    assert sheets[name].shape[0] > 20


def test_of_a_huge_statement_the_rest_is_told(found: Reconciliation) -> None:
    places = differing_places(found)
    assert len(places) > 1
    some = derivations(found, "en", most=1)
    assert list(some.headings) == places[:1]
    assert f"{len(places) - 1} more are left out" in str(some.document[0])
    assert "left out" not in str(derivations(found, "en").document[0])


def test_the_commands_stand_in_the_document(found: Reconciliation) -> None:
    text = "\n".join(map(str, found.document("en")))
    place = differing_places(found)[0]
    assert found.explained_at.command(place) in text


def key(**named: str) -> list[str]:
    return [named.get(name, "") for name in KEYS]


def test_bills_users_outside_and_generators_have_derivations_of_their_own() -> None:
    result = gridsim.run(gridsim.load(SCENARIOS / "retailer-2021"))
    scenario = result.scenario()
    month, user = "2021-05", "U03"
    bills = ExplainedAt(scenario, Side("R1", "bills", user), result.explain)
    of_bill = bills.place(key(user_id=user, month=month, item="retail_energy"))
    assert of_bill == (user, month, "")
    assert user in str(bills.explanation(of_bill, "en"))
    of_grid = ExplainedAt(scenario, Side("R1", "users", user), result.explain)
    place = of_grid.place(key(user_id=user, month=month, item="transmission"))
    assert place is not None
    assert place.subject.startswith("R1/")
    seller = str(scenario.tables["generators"]["generator_id"].iloc[0])
    assert ExplainedAt(scenario, Side(seller)).place(key(month=month)) == (seller, month, "")
    assert ExplainedAt(scenario, Side(seller)).explanation((seller, month, ""), "en") is None  # type: ignore[arg-type]
    nothing = bills.explanation(type(of_bill)("nobody", month), "en")
    assert "nobody" in str(nothing)
