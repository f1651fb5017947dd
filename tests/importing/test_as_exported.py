"""What stands around the numbers of exports: footers, totals, units, labels, multipliers, rows of other quantities."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import gridsim
from gridsim.importing.imported import Imported

USER = "4101000012345"
QUARTERS = ",".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 24 * 60, 15))
SHOWN = [",".join(f"{1000 + day * 24 + number / 4:.2f}" for number in range(96)) for day in (0, 1)]
"""A register's readings of two days: it goes on by 0.25 each quarter of an hour."""
HOURS = ",".join(f"{hour:02d}:00" for hour in range(1, 25))
DAY = f"{USER},2021-04-01{',1' * 24}\n"
METER = "户号,月份,峰(kWh),平(kWh),谷(kWh)\n"
ROW = f"{USER},2021-04,1,2,3\n"


def imported(folder: Path, text: str, table: str, encoding: str = "utf-8", **choices: Any) -> Imported:
    path = folder / "export.csv"
    path.write_text(text, encoding=encoding)
    return gridsim.import_tables(path, table, **choices)


READ = {
    "who made it, and when": (
        METER + ROW + "制表人：张三,,审核人：李四\n打印时间,2021-05-03,7,8,9\n",
        "meter",
        {},
        "0.006",
    ),
    "Unicode text of Excel": ((METER + ROW).replace(",", "\t"), "meter", {"encoding": "utf-16"}, "0.006"),
    "a total that stands first": (METER + "合计,,1,2,3\n" + ROW, "meter", {}, "0.006"),
    "a total of a counted number": (METER + ROW + "合计（1户）,,1,2,3\n", "meter", {}, "0.006"),
    "a row of units": ("户号,月份,峰,平,谷\n,,kWh,kWh,MWh\n" + ROW, "meter", {}, "3.003"),
    "a row of units below intervals": (f"户号,日期,{HOURS}\n,{',度' * 24}\n{DAY}", "load", {}, "0.024"),
    "periods in a column of another name": (
        f"单位：kWh\n户号,费率项目,4月\n{USER},总,3\n{USER},峰段电量,1\n{USER},平段电量,2\n",
        "meter",
        {"year": 2021},
        "0.003",
    ),
    "labels and what they say": (
        f"户号,{USER},户名,某厂\n日期,{HOURS}\n2021-04-01{',1' * 24}\n",
        "load",
        {"unit": "kWh"},
        "0.024",
    ),
    "energy that holds its multiplier": (
        f"户号,倍率,月份,峰(kWh)\n{USER},400,2021-04,1\n",
        "meter",
        {"multiplier": "1"},
        "0.001",
    ),
    "energy that does not": (
        f"户号,倍率,月份,峰(kWh)\n{USER},400,2021-04,1\n",
        "meter",
        {"multiplier": "column"},
        "0.4",
    ),
    "a curve of readings, by its column of kinds": (
        f"用户编号,数据日期,数据类型,费率,综合倍率,{QUARTERS}\n"
        + "".join(f"{USER},2021-05-0{day + 1},正向有功电能示值,总,200,{SHOWN[day]}\n" for day in (0, 1)),
        "load",
        {"unit": "kWh"},
        "9.55",  # 191 quarters of 50 kWh
    ),
    "a curve of readings, by its title": (
        f"电能示值曲线\n用户编号,数据日期,倍率,{QUARTERS}\n{USER},2021-05-01,200,{SHOWN[0]}\n",
        "load",
        {"unit": "kWh"},
        "4.75",
    ),
    "what was contracted beside what was metered": (
        f"户号,月份,合同电量(MWh),,实际电量(MWh),\n,,峰,平,峰,平\n{USER},2021-05,10,20,1,2\n",
        "meter",
        {},
        "3",
    ),
    "what was planned, and the deviation": (
        f"户号,月份,时段,申报电量(MWh),实际用电量(MWh),偏差电量(MWh)\n{USER},2021-05,峰,10,1,-9\n",
        "meter",
        {},
        "1",
    ),
    "other months and years beside this one": (
        f"户号,月份,时段,上月电量(kWh),本月电量(kWh),上年同期电量(kWh),本年累计电量(kWh)\n{USER},2021-05,峰,9,1,8,40\n",
        "meter",
        {},
        "0.001",
    ),
    "active and reactive energy": (
        f"户号,年月,有功(总),有功(峰),有功(平),有功(谷),无功(总)\n{USER},202105,6,1,2,3,9\n",
        "meter",
        {"unit": "kWh"},
        "0.006",
    ),
    "generated, consumed, fed in": (
        f"户号,月份,时段,发电量(kWh),用电量(kWh),上网电量(kWh)\n{USER},2021-05,峰,9,1,3\n",
        "meter",
        {},
        "0.001",
    ),
    "days of the week": (
        f"户号,日期,{HOURS}\n{USER},2021-05-01 星期六{',1' * 24}\n{USER},2021年5月2日(周日){',1' * 24}\n",
        "load",
        {"unit": "kWh"},
        "0.048",
    ),
    "hours below days": (
        "户号：U1,单位：kWh\n时段\\日期,5月1日,5月2日\n" + "".join(f"{hour},1,2\n" for hour in range(1, 25)),
        "load",
        {"year": 2021},
        "0.072",
    ),
    "deals as an exchange has them": (
        "交易名称,购电方,售电方,标的月份,交易品种,成交电量(MWh),成交均价(元/MWh)\n4月月度,R1,G1,2021年4月,常规,1000,350\n",
        "deals",
        {},
        "1000",
    ),
}


@pytest.mark.parametrize("name", READ)
def test_it_is_read(name: str, tmp_path: Path) -> None:
    text, table, choices, expected = READ[name]
    made = imported(tmp_path, text, table, **choices)
    assert sum((total.energy_mwh for total in made.totals), Decimal(0)) == Decimal(expected)


def test_midnight_behind_its_day_is_its_end(tmp_path: Path) -> None:
    rows = [f"{USER},2021-05-01 {hour % 24:02d}:00,{hour}\n" for hour in range(1, 25)]
    frame = imported(tmp_path, "户号,数据时间,电量(kWh)\n" + "".join(rows), "load").frame
    assert str(frame["starts_at"].iloc[-1]) == "2021-05-01 23:00:00"
    assert frame["energy_mwh"].mul(1000).round().tolist() == list(range(1, 25))


def test_tariffs_as_they_are_printed(tmp_path: Path) -> None:
    text = (
        "销售电价表（单位：元/千瓦时）\n用电分类,电压等级,电度电价,,,输配电价,政府性基金及附加\n,,高峰,平段,低谷,,\n"
        "大工业,110千伏,0.9,0.6,0.32,0.16,0.03\n"
    )
    (row,) = imported(tmp_path, text, "tariffs").frame.to_dict("records")
    assert list(row.values()) == ["大工业", "110千伏", 900, 600, 320, 160, 30]


FAULTS = {
    "power by its title": (f"96点功率数据\n户号,日期,{HOURS}\n{DAY}", "load", {}, "power is no energy"),
    "power above intervals": (f"户号,日期,有功功率\n,,{HOURS}\n{DAY}", "load", {"unit": "kWh"}, "power is no energy"),
    "reactive energy above intervals": (
        f"单位：kWh\n户号,日期,无功电量\n,,{HOURS}\n{DAY}",
        "load",
        {},
        "has no such amounts",
    ),
    "readings that nothing calls so": (
        f"用户编号,数据日期,{QUARTERS}\n" + "".join(f"{USER},2021-05-0{day + 1},{SHOWN[day]}\n" for day in (0, 1)),
        "load",
        {"unit": "kWh"},
        "never fall, from each day to the next",
    ),
    "rows of readings among rows of energy": (
        f"户号,日期,数据类型,{HOURS}\n{USER},2021-05-01,用电量{',1' * 24}\n{USER},2021-05-01,电能示值{',7' * 24}\n",
        "load",
        {"unit": "kWh"},
        "a row of another quantity",
    ),
    "contracts alone": (f"户号,月份,时段,合同电量(MWh)\n{USER},2021-05,峰,10\n", "meter", {}, "no row of headings"),
    "losses behind what was read": (
        f"户号,月份,时段,抄见电量(kWh),变损电量(kWh)\n{USER},2021-05,峰,100,2\n",
        "meter",
        {},
        "may be energy, too",
    ),
    "meters in meters": (
        f"户号,计量点名称,计量点级别,月份,峰(kWh)\n{USER},进线,一级,2021-05,10\n{USER},车间,二级,2021-05,4\n",
        "meter",
        {"add_meters": True},
        "meters of several levels",
    ),
    "a meter that was changed": (
        f"户号,月份,费率,上期示数,拆表示数,装表示数,本期示数,倍率\n{USER},2021-05,峰,1000,1200,0,50,100\n",
        "meter",
        {"unit": "kWh"},
        "not understood",
    ),
    "rows of energy fed back": (
        f"单位：kWh\n户号,数据类型,日期,{HOURS}\n{USER},反向有功,2021-04-01{',1' * 24}\n",
        "load",
        {},
        "a row of another quantity",
    ),
    "two units of one kind": ("单位：kWh、万kWh\n户号,月份,峰,平,谷\n" + ROW, "meter", {}, "amounts without a unit"),
    "energy beside a multiplier": (
        f"户号,倍率,月份,峰(kWh)\n{USER},400,2021-04,1\n",
        "meter",
        {},
        "--multiplier 1, if it is: 0.001 MWh in all; --multiplier column, if it is not: 0.400 MWh",
    ),
    "days of reading": (f"户号,抄表日期,峰(kWh)\n{USER},2021-05-01,1\n", "meter", {}, "one day of each month alone"),
    "a month of no year": (METER.replace("月份", "备注") + ROW.replace("2021-04", ""), "meter", {}, "says the month"),
    "instants with seconds": (
        f"户号,时间,电量(kWh)\n{USER},2021-04-01 00:14:59,1\n",
        "load",
        {},
        "time of day to the minute",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_it_is_a_fault(name: str, tmp_path: Path) -> None:
    text, table, choices, said = FAULTS[name]
    with pytest.raises(gridsim.ScenarioError) as raised:
        imported(tmp_path, text, table, **choices)
    assert said in str(raised.value)
    assert all(fault.sentence.zh != str(fault.sentence) for fault in raised.value.faults)


def test_hidden_rows_and_where_the_month_stands_are_told(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("2021年4月")
        for number, row in enumerate((["户号", "峰(kWh)"], ["U1", 1], ["U2", 2])):
            sheet.write_row(number, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
    told = str(gridsim.import_tables(path, "meter").document())
    assert "1 rows are hidden, and were read all the same" in told
    assert "month of each row: 2021-04, by the name of the sheet" in told
