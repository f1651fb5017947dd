"""Statements of generators and of buyers in jiangsu-2023-mini, against what its page says by hand, and the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gridsim.report.statements import write_statements
from tests.report.reading import charges_of, exact, fen_of, sheets_of
from tests.shared import SCENARIOS, fresh

JIANGSU = SCENARIOS / "jiangsu-2023-mini"
Rows = list[list[Any]]


@pytest.fixture(scope="module", params=["en", "zh"])
def sheets(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Rows]]:
    path = tmp_path_factory.mktemp("jiangsu") / "bills.xlsx"
    assert write_statements(fresh(JIANGSU), path, lang=request.param).sheets == 29
    return request.param, sheets_of(path)


def with_prices(rows: Rows) -> Rows:
    """Shares of money, which have no price, with one of 0."""
    return [[*row[:7], row[7] or 0, *row[8:]] if isinstance(row[0], float) else row for row in rows]


def amounts(rows: Rows, lang: str) -> dict[str, list[int]]:
    """Amounts of the lines in fen, by item."""
    found: dict[str, list[int]] = {}
    for line in charges_of(with_prices(rows), lang)[0].lines:
        found.setdefault(line["item"], []).append(line["amount"])
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("G1 2023-05", [[252_000_00], [2_598_06], [-10_638_16], [-951_56]]),
        ("G2 2023-05", [[176_000_00], [1_701_94], [-9_786_84], [-623_44]]),
        ("G1 2023-07", [[248_122_98, 21_415_49], [3_942_50], [115_42], [46_16, 15_38]]),
        (
            "G2 2023-07",
            [[176_000_00, 8_500_00, 3_877_02, 334_52], [-4_132_50], [74_58], [-46_16, -15_38]],
        ),
        ("G1 2023-09", [[252_000_00], [-312_80], [-8_600_00], [-241_67]]),
    ],
)
def test_a_generator_by_hand(sheets: tuple[str, dict[str, Rows]], name: str, expected: list[list[int]]) -> None:
    lang, found = sheets
    assert list(amounts(found[name], lang).values()) == expected


def test_a_total_is_the_generators_account(sheets: tuple[str, dict[str, Rows]]) -> None:
    lang, found = sheets
    ledger = fresh(JIANGSU).exact.ledger
    index = next(iter(found.values()))
    totals = {(row[1], row[3]): exact(row[9], 2) for row in index if isinstance(row[0], float)}
    statements = [name.split(" ") for name in found if name.startswith("G")]
    assert len(statements) == 18
    for seller, month in statements:
        of = ledger[ledger["month"] == month]
        received, paid = (int(of.loc[of[side] == seller, "amount_micro_yuan"].sum()) for side in ("payee", "payer"))
        (charges,) = charges_of(with_prices(found[f"{seller} {month}"]), lang)
        assert charges.total == fen_of(received - paid) == totals[seller, month]


def test_a_buyer_has_its_fees_back_and_knows_its_bands(sheets: tuple[str, dict[str, Rows]]) -> None:
    lang, found = sheets
    name = next(name for name in found if name.startswith("U-") and name.endswith("2023-01"))
    of = amounts(found[name], lang)
    items = list(of)
    assert "103" in items[2] and "100" in items[1] and "103" in items[7]
    assert [of[items[place]] for place in (1, 2, 7, 8)] == [[12_840_00], [9_384_00], [782_00], [-782_00]]
    name = next(name for name in found if name.startswith("R-"))
    of = amounts(found[name], lang)
    assert list(of.values())[-2:] == [[273_70], [-15_05]]


def test_what_generators_owe_each_other_is_in_no_buyers_total(sheets: tuple[str, dict[str, Rows]]) -> None:
    lang, found = sheets
    name = next(name for name in found if name.startswith("U-") and name.endswith("2023-07"))
    (charges,) = charges_of(with_prices(found[name]), lang)
    assert charges.total == 458_250_00 + 1_070 * 210_00
    index = next(iter(found.values()))
    unit = {"en": "U/market", "zh": "U/市场化"}[lang]
    (row,) = (row for row in index if isinstance(row[0], float) and (row[1], row[3]) == (unit, "2023-07"))
    assert exact(row[9], 2) == charges.total


def test_one_generator_alone(tmp_path: Path) -> None:
    path = tmp_path / "bills.xlsx"
    assert write_statements(fresh(JIANGSU), path, lang="en", units=["G2"], months=["2023-05"]).sheets == 1
    assert list(sheets_of(path)) == ["Index", "G2 2023-05"]
