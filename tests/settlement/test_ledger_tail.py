"""Lines behind all others of the ledger (rulebook parts 13, 14): their place, what they cite, what they leave."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from gridsim import settled_market
from gridsim.settlement.closing import NO_PRICE
from gridsim.settlement.ledger_tail import NO_TAIL, NOBODY, TailLines, joined
from tests.shared import MINI

_PAYER, _PAYEE = 2, 0


def _of(item: str, *rows: tuple[int, ...]) -> TailLines:
    return TailLines.of(item, rows)


def test_lines_of_no_money_and_no_energy_are_left_out() -> None:
    capacity = _of("capacity", (0, _PAYER, _PAYEE, NOBODY, 0, NOBODY, NOBODY, 0, NO_PRICE, 5))
    nothing = _of("demand", (0, _PAYER, _PAYEE, NOBODY, 0, NOBODY, NOBODY, 0, NO_PRICE, 0))
    whole = joined([NO_TAIL, nothing, capacity])
    assert whole.items == ("capacity",)
    assert whole.amount.tolist() == [5]
    assert not len(joined([]).month)


@pytest.mark.slow
def test_they_stand_behind_all_others_and_change_none(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = gridsim.load(MINI)
    before, real = gridsim.run(scenario).exact.ledger, settled_market.ledger_of_year
    tail = joined(
        [
            _of("retail_energy", (4, _PAYER, _PAYEE, 0, 0, 1, 1, 1_000, 440_000, 440_000_000)),
            _of("capacity", (3, _PAYER, _PAYEE, NOBODY, 1, NOBODY, NOBODY, 0, NO_PRICE, 7)),
        ]
    )
    monkeypatch.setattr(settled_market, "ledger_of_year", lambda year, rules: real(year._replace(tail=tail), rules))
    result = gridsim.run(scenario)
    after = result.exact.ledger
    pd.testing.assert_frame_equal(after.iloc[: len(before)].astype(object), before.astype(object))
    lines = after.iloc[len(before) :]
    assert lines["line"].tolist() == [len(before) + 1, len(before) + 2]
    assert lines["item"].tolist() == ["retail_energy", "capacity"]
    assert lines["month"].tolist() == ["2021-05", "2021-04"]
    assert lines["clause"].tolist() == ["rulebook 14", "rulebook 13"]
    assert lines["price_micro_yuan_per_kwh"].isna().tolist() == [False, True]
    assert lines["amount_micro_yuan"].tolist() == [440_000_000, 7]
    assert lines["period"].isna().tolist() == [False, True]
    assert not lines["trial"].any()
