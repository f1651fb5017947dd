"""Questions about what is not there, and results that contradict themselves."""

from __future__ import annotations

import pyarrow as pa
import pytest

import gridsim
from gridsim.errors import ResultError


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (("R1/tuo", "2021-04"), "no settlement unit 'R1/tuo'; nearest: R1/tou; there are: R1/conventional, R1/tou"),
        (("R1", "2021-04"), "R1 is a buyer and no settlement unit; its settlement units: R1/conventional, R1/tou"),
        (("U1", "2021-04"), "in 2021-04 it belongs to settlement unit R1/conventional"),
        (("nobody", "2021-04"), "no settlement unit 'nobody'; there are: "),
        (
            ("R1/tou", "2021-044"),
            "written YYYY-MM); nearest: 2021-04; months that it has: 2021-01 to 2021-12",
        ),
        (("R1/tou", "2022-01"), "R1/tou has no position in 2022-01"),
        (("U6", "2020-12"), "user U6 has no metered energy in 2020-12"),
        (
            ("R1/tou", "2021-04", "Peak"),
            "no position 'Peak' in 2021-04; nearest: peak; products that it has: peak",
        ),
        (("U5", "2021-08", "total"), "user U5 is outside the market in 2021-08"),
        (("R1/tou", "2021-04", None, "de"), "lang must be one of en, zh, not 'de'"),
    ],
)
def test_the_nearest_is_named(mini, question, answer):
    with pytest.raises(ResultError) as caught:
        mini.explain(*question)
    assert answer in str(caught.value)


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "chinese"),
    [
        (
            "ledger", 177, "amount_micro_yuan", 1,
            "ledger，第 178 笔（R1/conventional 2021-04 total），amount_micro_yuan：表中为 1，而推导",
        ),
        (
            "ledger", 177, "item", "shortfall",
            "ledger，第 178 笔（R1/conventional 2021-04 total）：按推导不应有这笔资金往来",
        ),
        (
            "ledger", 177, "month", "2021-05",
            "ledger（R1/conventional 2021-04 total）：按推导应有 R1 付给 G1 的一笔资金（energy L4），而表中没有",
        ),
    ],
)  # fmt: skip
def test_damage_is_told_in_chinese_too(mini, tampered, table, row, column, value, chinese):
    with pytest.raises(ResultError) as caught:
        tampered(table, row, column, value).explain("R1/conventional", "2021-04")
    assert caught.value.sentence.zh.startswith(chinese)


def test_a_trade_that_differs_is_told_by_its_row(mini, tampered):
    trades = mini.exact.trades
    row = int((trades["bilateral_row"] == 2).to_numpy(dtype=bool, na_value=False).argmax())
    stands = trades.loc[row, "energy_kwh"]
    with pytest.raises(ResultError) as caught:
        tampered("trades", row, "energy_kwh", 1).explain("R1/conventional", "2021-04")
    assert str(caught.value) == (
        f"trades, row {row + 1}, energy_kwh: the table has 1, but the derivation arrives at {stands}"
    )
    assert caught.value.sentence.zh == f"trades，第 {row + 1} 行，energy_kwh：表中为 1，而推导所得为 {stands}"


def test_what_a_trial_settlement_contradicts_says_so(mini, tampered):
    positions = mini.exact.positions
    row = int((positions["trial"] & (positions["month"] == "2021-02")).to_numpy().argmax())
    where = f"{positions.loc[row, 'unit_id']} 2021-02 {positions.loc[row, 'product']}"
    with pytest.raises(ResultError) as caught:
        tampered("positions", row, "upper_kwh", 1).explain(str(positions.loc[row, "unit_id"]), "2021-02")
    assert str(caught.value).startswith(f"positions, {where} (trial), upper_kwh: the table has 1, but the derivation")
    assert caught.value.sentence.zh.startswith(f"positions，{where}（试结算），upper_kwh：表中为 1，而推导所得为 ")


# Rows that belong to R1/conventional in 2021-04: 25 ledger lines, of which line 178 is the first.
@pytest.mark.parametrize(
    ("table", "column", "where", "change", "said"),
    [
        ("ledger", "amount_micro_yuan", 177, 1, "ledger, line 178 .* amount_micro_yuan: the table has"),
        ("ledger", "price_micro_yuan_per_kwh", 190, 1, "ledger, line 191 .* price_micro_yuan_per_kwh"),
        ("ledger", "energy_kwh", 200, -1, "ledger, line 201 .* energy_kwh"),
        ("ledger", "payee", 182, "GOVERNMENT", "ledger, line 183 .* payee: the table has GOVERNMENT"),
        ("ledger", "clause", 182, "N4", "ledger, line 183 .* clause"),
        ("ledger", "item", 177, "shortfall", "the derivation arrives at no such transfer"),
        ("ledger", "month", 177, "2021-05", "the derivation arrives at a transfer from R1 to G1 .* no such line"),
    ],
)
def test_a_ledger_that_differs_is_an_error(mini, tampered, table, column, where, change, said):
    ledger = mini.exact.ledger
    assert ledger.loc[where, ["unit_id", "month"]].tolist() == ["R1/conventional", "2021-04"]
    value = change if isinstance(change, str) else int(ledger.loc[where, column]) + change
    with pytest.raises(ResultError, match=said):
        tampered(table, where, column, value).explain("R1/conventional", "2021-04")


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [
        ("positions", ("unit_id", "R1/conventional"), "upper_kwh"),
        ("positions", ("unit_id", "R1/conventional"), "overrun_micro_yuan"),
        ("leg_settlement", ("leg_id", "L4"), "in_band_kwh"),
        ("cell_settlement", ("user_id", "U1"), "tou_adjustment_micro_yuan"),
        ("cell_settlement", ("user_id", "U2"), "metered_kwh"),
        ("legs", ("leg_id", "L4"), "energy_kwh"),
        ("legs", ("leg_id", "L109"), "price_micro_yuan_per_kwh"),
        ("trades", ("bilateral_row", 2), "energy_kwh"),
        ("trades", ("sell_row", 19), "price_micro_yuan_per_kwh"),
        ("trades", ("sell_row", 19), "energy_kwh"),
    ],
)
def test_a_table_that_differs_is_an_error(mini, tampered, table, key, column):
    frame = getattr(mini.exact, table)
    rows = frame[key[0]] == key[1]
    if "month" in frame and table != "trades":
        rows &= frame["month"] == "2021-04"
    row = int(rows.to_numpy(dtype=bool, na_value=False).argmax())
    with pytest.raises(ResultError, match="but the derivation arrives at"):
        tampered(table, row, column, int(frame.loc[row, column]) + 1).explain("R1/conventional", "2021-04")


def test_a_user_outside_the_market_is_checked_too(mini, tampered):
    ledger = mini.exact.ledger
    row = int(((ledger["item"] == "fallback") & (ledger["month"] == "2021-08")).to_numpy().argmax())
    changed = tampered("ledger", row, "amount_micro_yuan", int(ledger.loc[row, "amount_micro_yuan"]) + 1)
    with pytest.raises(ResultError, match="amount_micro_yuan: the table has"):
        changed.explain("U5", "2021-08")


def test_a_missing_row_is_an_error(mini):
    tables = {name: mini.exact.arrow(name) for name in mini.manifest["counts"]["results"]}
    tables["leg_settlement"] = tables["leg_settlement"].slice(10)
    with pytest.raises(ResultError, match=r"leg_settlement, L4: .* the table has none"):
        gridsim.Result(tables, mini.inputs, mini.manifest).explain("R1/conventional", "2021-04")


def test_results_without_their_inputs_say_so(mini):
    tables = {name: mini.exact.arrow(name) for name in mini.manifest["counts"]["results"]}
    inputs = {name: table for name, table in mini.inputs.items() if name != "orders"}
    with pytest.raises(ResultError, match="hold no input table 'orders'"):
        gridsim.Result(tables, inputs, mini.manifest).explain("R1/conventional", "2021-04")


def test_tariffs_of_other_months_say_so(mini):
    tables = {name: mini.exact.arrow(name) for name in mini.manifest["counts"]["results"]}
    tariffs = mini.inputs["tariffs"]
    late = pa.array(["2021-12"] * len(tariffs))
    position = tariffs.column_names.index("effective_from")
    inputs = {**mini.inputs, "tariffs": tariffs.set_column(position, "effective_from", late)}
    with pytest.raises(ResultError, match="tariffs has no row of large_industry at 110kV for 2021-04"):
        gridsim.Result(tables, inputs, mini.manifest).explain("R1/conventional", "2021-04")
