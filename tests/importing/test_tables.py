"""Every table that can be imported, in layouts that an analyst could read: the rows that come of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridsim
from gridsim.importing.imported import Imported
from tests.importing.forge_exports import UNITS, write


def imported(folder: Path, text: str, table: str, **choices: Any) -> Imported:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return gridsim.import_tables(path, table, **choices)


def rows(made: Imported) -> list[tuple[Any, ...]]:
    return [tuple(str(cell) for cell in row.values()) for row in made.exact.to_pylist()]


METER = {
    "periods as columns, the month in the title": (
        "2021年4月电量汇总\n户号,户名,峰段电量(kWh),平段电量(kWh),谷段电量(kWh),合计(kWh)\n1,某厂,1000.5,2000,3000,6000.5\n合计,,1000.5,2000,3000,6000.5\n",
        {},
    ),
    "a total of another word": (
        "户号,月份,总电量(kWh),峰电量(kWh),平电量(kWh),谷电量(kWh)\n1,2021-04,6000.5,1000.5,2000,3000\n",
        {},
    ),
    "periods as rows, months as columns": (
        "户号,时段,2021年4月(kWh),合计(kWh)\n1,峰,1000.5,1000.5\n1,平,2000,2000\n1,低谷,3000,3000\n",
        {},
    ),
    "months over periods": ("单位：千瓦时\n户号,2021-04,,,合计\n,高峰,平段,谷,\n1,1000.5,2000,3000,6000.5\n", {}),
    "money and power beside the energy": (
        "单位：千瓦时、元\n户号,月份,最大负荷(kW),峰电量,峰电价,峰电费,平电量,平电费,谷电量,谷电费(元)\n1,2021-04,9,1000.5,0.9,1,2000,2,3000,3\n",
        {},
    ),
    "a row for each": (
        "营销户号,年月,费率时段,用电量\n1,202104,峰,1.0005\n1,202104,平,2\n1,202104,谷,3\n",
        {"unit": "MWh", "map": {"columns": {"费率时段": "period"}}},
    ),
    "days, added up": (
        "户号,日期,峰电量(kWh),平电量(kWh),谷电量(kWh)\n1,2021-04-01,1000,1500,1000\n1,2021/4/2,0.5,500,2000\n",
        {},
    ),
    "registers in pairs": (
        "户号,月份,时段,上期示数(kWh),本期示数(kWh),倍率,电量(kWh)\n1,2021-04,峰,1,3.001,500,1000.5\n1,2021-04,平,1,5,500,2000\n1,2021-04,谷,2,8,500,3000\n",
        {},
    ),
    "registers in pairs, by period": (
        "户号,月份,倍率,期初示数,,,期末示数,,\n,,,峰,平,谷,峰,平,谷\n1,4月,500,1,1,2,3.001,5,8\n",
        {"unit": "kWh", "year": 2021},
    ),
    "registers read at the end of months": (
        "倍率：500\n用户编号,抄表日期,峰示数,平示数,谷示数\n1,2021-03-31,1,1,2\n1,2021-04-30,3.001,5,8\n",
        {"unit": "kWh"},
    ),
    "a multiplier that is said": (
        "用户编号,抄表日期,峰示数,平示数,谷示数\n1,2021-04-01,1,1,2\n1,2021-05-01,3.001,5,8\n",
        {"unit": "kWh", "multiplier": "500"},
    ),
}


@pytest.mark.parametrize("name", METER)
def test_metered_energy(name: str, tmp_path: Path) -> None:
    text, choices = METER[name]
    found = {
        (user, month, period): Decimal(energy)
        for user, month, period, energy in rows(imported(tmp_path, text, "meter", **choices))
    }
    expected = {"peak": "1.0005", "flat": "2", "valley": "3"}
    assert found == {("1", "2021-04", period): Decimal(energy) for period, energy in expected.items()}


HISTORY: dict[str, tuple[str, Mapping[str, Any], list[tuple[str, ...]]]] = {
    "years of their own word": (
        "户号,年份,全年用电量(万千瓦时)\n1,2020年,0.1\n",
        {},
        [("1", "2020", "1.000")],
    ),
    "years as columns": (
        "户号,户名,2019年,2020年\n1,某厂,1000,2000\n",
        {"unit": "kWh"},
        [
            (
                "1",
                "2019",
                "1.000",
            ),
            ("1", "2020", "2.000"),
        ],
    ),
    "months as columns beside the year": (
        "户号,年份,1月,2月,合计\n1,2020,1000,2000,3000\n",
        {"unit": "kWh"},
        [("1", "2020", "1.000", "01"), ("1", "2020", "2.000", "02")],
    ),
    "months in rows": (
        "户号,月份,电量(万千瓦时)\n1,2020年11月,0.1\n1,2020年12月,0.2\n",
        {},
        [("1", "2020", "1.000", "11"), ("1", "2020", "2.000", "12")],
    ),
}


@pytest.mark.parametrize("name", HISTORY)
def test_history(name: str, tmp_path: Path) -> None:
    text, choices, expected = HISTORY[name]
    assert rows(imported(tmp_path, text, "history", **choices)) == expected


def test_contracts_with_months_as_columns(tmp_path: Path) -> None:
    text = (
        "双边合同分月电量\n交易场次,合同编号,发电企业,购电方,交易品种,电价(元/千瓦时),申报时间,确认时间,"
        "2021年1月电量(万千瓦时),2021年2月电量(万千瓦时),合计(万千瓦时)\n"
        "年度双边,C1,G1,R1,峰,0.3501,2020/12/14 10:00,2020/12/14,10,20.5,30.5\n"
    )
    made = imported(tmp_path, text, "bilateral")
    assert rows(made) == [
        ("年度双边", "C1", "G1", "R1", "peak", month, energy, "350.100", "2020-12-14 10:00", "2020-12-14")
        for month, energy in (("2021-01", "100.000"), ("2021-02", "205.000"))
    ]


def test_a_product_that_is_called_as_totals_are(tmp_path: Path) -> None:
    text = (
        "session,contract_id,generator_id,buyer_id,product,month,energy_mwh,price_yuan_per_mwh,filed_at,confirmed_at\n"
        "AB,C1,G1,R1,total,2021-01,1000,350,2020-12-14T10:00:00,2020-12-14T15:00:00\n合计,,,,,,1000,,,\n"
    )
    (row,) = rows(imported(tmp_path, text, "bilateral"))
    assert row == (
        "AB",
        "C1",
        "G1",
        "R1",
        "total",
        "2021-01",
        "1000.000",
        "350.000",
        "2020-12-14 10:00",
        "2020-12-14 15:00",
    )


def test_ends_of_intervals_of_several_lengths(tmp_path: Path) -> None:
    at = dt.datetime(2021, 4, 1)
    lines = [
        f"{user},{at + dt.timedelta(minutes=length * (n + 1))},1"
        for user, length in ((1, 15), (2, 60))
        for n in range(1440 // length)
    ]
    made = imported(tmp_path, "户号,时间,电量(kWh)\n" + "\n".join(lines), "load")
    starts = {user: [row["starts_at"] for row in made.exact.to_pylist() if row["user_id"] == user] for user in "12"}
    assert starts["1"] == [at + dt.timedelta(minutes=15 * n) for n in range(96)]
    assert starts["2"] == [at + dt.timedelta(hours=n) for n in range(24)]


def test_starts_that_look_like_ends_have_their_ends_beside_them(tmp_path: Path) -> None:
    at = dt.datetime(2021, 4, 1)
    text = "户号,时间,电量(kWh)\n" + "\n".join(f"U1,{at + dt.timedelta(hours=n + 1)},1" for n in range(720))
    made = imported(tmp_path, text, "load", stamped="starts")
    lines = made.save(tmp_path / "out").read_text(encoding="utf-8-sig").splitlines()
    assert lines[:2] == ["user_id,starts_at,ends_at,energy_mwh", "U1,2021-04-01T01:00,2021-04-01T02:00,0.001"]


def test_orders_with_what_each_row_has_in_common(tmp_path: Path) -> None:
    text = "市场主体,买卖方向,时段品种,电价(厘/千瓦时),电量(MWh)\nR1,买,峰,350,100\n"
    constants = {"session": "M5", "month": "2021-05", "submitted_at": "2021-04-20"}
    made = imported(tmp_path, text, "orders", map={"constants": constants})
    assert rows(made) == [("M5", "R1", "买", "peak", "2021-05", "350.000", "100.000", "2021-04-20")]


def test_tariffs_as_they_are_printed(tmp_path: Path) -> None:
    text = "销售电价表（单位：元/千瓦时）\n用电类别,电压等级,峰段目录电价,平段目录电价,谷段目录电价,输配电价,"
    text += "政府性基金及附加\n大工业,10kV,0.9123,0.6125,0.32,0.16,0.030000\n"
    (row,) = rows(imported(tmp_path, text, "tariffs"))
    assert row == ("大工业", "10kV", "912.300", "612.500", "320.000", "160.000", "30.000")


def test_readings_of_a_load_curve(tmp_path: Path) -> None:
    text = "户号,时间,示数,倍率\n1,2021-04-01 00:00,100,40\n1,2021-04-01 01:00,101.25,40\n1,2021-04-01 02:00,102,40\n"
    made = imported(tmp_path, text, "load", unit="kWh")
    assert [(str(row["starts_at"]), row["energy_mwh"]) for row in made.exact.to_pylist()] == [
        ("2021-04-01 00:00:00", Decimal("0.050")),
        ("2021-04-01 01:00:00", Decimal("0.030")),
    ]


def test_a_title_says_that_readings_stand_below(tmp_path: Path) -> None:
    heads = ",".join(f"{hour:02d}:00" for hour in range(24))
    rows_ = [f"1,2021-04-0{day}," + ",".join(str(24 * day + hour) for hour in range(24)) for day in (1, 2)]
    text = f"各户正向有功总示数（单位：kWh）,,倍率：10\n户号,日期,{heads}\n" + "\n".join(rows_)
    made = imported(tmp_path, text, "load")
    assert len(made) == 47 and set(made.exact.column("energy_mwh").to_pylist()) == {Decimal("0.010")}
    of_energy = text.replace("示数", "电量")
    with pytest.raises(gridsim.ScenarioError, match="never fall"):
        imported(tmp_path, of_energy, "load")
    assert "readings of registers?" in str(imported(tmp_path, of_energy, "load", multiplier="1").document())


@pytest.mark.parametrize("is_backwards", [False, True])
def test_midnight_at_the_end_of_the_day_that_it_names(is_backwards: bool, tmp_path: Path) -> None:
    times = [*(f"{hour}:00" for hour in range(1, 24)), "0:00"]
    lines = [f"1,{day},{time},{place}" for day in ("1日", "2日") for place, time in enumerate(times)]
    text = "2021年4月（单位：kWh）\n户号,日期,时间,电量\n" + "\n".join(lines[::-1] if is_backwards else lines)
    found = {row["starts_at"]: row["energy_mwh"] for row in imported(tmp_path, text, "load").exact.to_pylist()}
    assert found[dt.datetime(2021, 4, 2, 23)] == Decimal("0.023")
    assert found[dt.datetime(2021, 4, 1, 0)] == Decimal("0.000")


METERS = {
    "load": "户号,表号,日期," + ",".join(f"{hour}:00" for hour in range(24)) + "\n"
    + "".join(f"1,{meter},2021-04-01" + f",{meter}" * 24 + "\n" for meter in (2, 3)),
    "meter": "户号,电能表编号,月份,时段,上期示数,本期示数,倍率\n1,2,2021-04,峰,1,3,20\n1,3,2021-04,峰,1,3,40\n",
}  # fmt: skip


@pytest.mark.parametrize(("table", "total"), [("load", "0.12"), ("meter", "0.12")])
def test_meters_of_an_account_are_added_up_when_that_is_said(table: str, total: str, tmp_path: Path) -> None:
    with pytest.raises(gridsim.ScenarioError, match=rf"several meters.*--add-meters: {total}0 MWh in all"):
        imported(tmp_path, METERS[table], table, unit="kWh")
    made = imported(tmp_path, METERS[table], table, unit="kWh", add_meters=True)
    assert len(made) == {"load": 24, "meter": 1}[table]
    assert sum(made.exact.column("energy_mwh").to_pylist()) == Decimal(total)
    assert made.map["add_meters"] is True
    assert len(imported(tmp_path, METERS[table], table, unit="kWh", map=made.map)) == len(made)


def test_several_files_are_one_table(tmp_path: Path) -> None:
    for month in (4, 5):
        text = f"户号,月份,峰(kWh),平(kWh),谷(kWh)\n1,2021-{month:02d},1,2,3\n"
        (tmp_path / f"{month}.csv").write_text(text, encoding="utf-8")
    made = gridsim.import_tables([tmp_path / "4.csv", tmp_path / "5.csv"], "meter")
    assert [(total.month, total.rows, total.energy_mwh) for total in made.totals] == [
        ("2021-04", 3, Decimal("0.006")),
        ("2021-05", 3, Decimal("0.006")),
    ]


def test_other_names_of_accounts(tmp_path: Path) -> None:
    text = "户号,年份,电量(MWh)\n4101,2020,1\n"
    (row,) = rows(imported(tmp_path, text, "history", map={"ids": {"4101": "U1"}}))
    assert row[0] == "U1"


CELLS = st.tuples(*[st.integers(0, 10**7)] * 3)


@given(
    cells=st.dictionaries(
        st.tuples(st.sampled_from(["4101", "4102", "4103"]), st.integers(1, 12)), CELLS, min_size=1, max_size=6
    ),
    shape=st.sampled_from(["periods", "months", "both", "rows"]),
    unit=st.sampled_from(sorted(UNITS)),
    unit_in=st.sampled_from(["heading", "title", "option"]),
    sums=st.booleans(),
    decimals=st.integers(0, 5),
    form=st.sampled_from(["csv", "gb18030", "tsv", "xlsx"]),
)
@settings(max_examples=30, deadline=None)
def test_any_layout_of_metered_energy(
    tmp_path_factory: pytest.TempPathFactory,
    cells: dict[tuple[str, int], tuple[int, int, int]],
    shape: str,
    unit: str,
    unit_in: str,
    sums: bool,
    decimals: int,
    form: str,
) -> None:
    known = {key: [Decimal(number).scaleb(-decimals) for number in numbers] for key, numbers in cells.items()}
    expected = {
        (user, f"2021-{month:02d}", period): amount
        for (user, month), amounts in known.items()
        for period, amount in zip(("peak", "flat", "valley"), amounts, strict=True)
    }
    export = forge_meter(known, shape, unit, unit_in, sums=sums)
    path = write(tmp_path_factory.mktemp("meter") / "export", {"1": export}, form)
    made = gridsim.import_tables(path, "meter", unit=unit if unit_in == "option" else (), year=2021)
    found = {tuple(row.values())[:3]: row["energy_mwh"] for row in made.exact.to_pylist()}
    assert found == expected


def forge_meter(
    known: dict[tuple[str, int], list[Decimal]], shape: str, unit: str, unit_in: str, *, sums: bool
) -> list[list[Any]]:
    """Metered energy by user and month, for three periods [MWh], as an export lays it out."""
    named = f"({unit})" if unit_in == "heading" else ""
    shown = {key: [amount.scaleb(UNITS[unit]) for amount in amounts] for key, amounts in known.items()}
    top: list[list[Any]] = [[f"单位：{unit}"]] if unit_in == "title" else []
    users, months = sorted({user for user, _ in known}), sorted({month for _, month in known})
    total = ["合计" + named] if sums else []
    periods = ("峰", "平", "谷")
    body: list[list[Any]] = []
    if shape == "periods":
        top.append(["户号", "月份", *(f"{period}段电量{named}" for period in periods), *total])
        body = [[user, f"{month}月", *amounts] for (user, month), amounts in shown.items()]
    elif shape == "rows":
        top.append(["户号", "月份", "时段", f"电量{named}"])
        for (user, month), amounts in shown.items():
            body += [[user, f"2021年{month}月", period, each] for period, each in zip(periods, amounts, strict=True)]
        return [*top, *body]
    elif shape == "months":
        top.append(["户号", "时段", *(f"{month}月{named}" for month in months), *total])
        for user in users:
            for place, period in enumerate(periods):
                body.append([user, period, *(shown[user, m][place] if (user, m) in shown else None for m in months)])
    else:
        top.append(["户号", *(cell for month in months for cell in (f"2021-{month:02d}", None, None)), *total])
        top.append([None, *(period + named for _ in months for period in periods), *[None for _ in total]])
        body = [[user, *(each for m in months for each in shown.get((user, m), [None] * 3))] for user in users]
    if sums:
        keys = 1 if shape == "both" else 2
        for row in body:
            row.append(sum((cell for cell in row[keys:] if cell is not None), Decimal(0)))
        columns = zip(*(row[keys:] for row in body), strict=True)
        bottom = [sum((cell for cell in column if cell is not None), Decimal(0)) for column in columns]
        body.append(["总计", *[None] * (keys - 1), *bottom])
    return [*top, *body]
