"""Faults and warnings of an input in Chinese; tests/faults asks it of each of its inputs, test_sentences.py of all."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.io.report_faults import fault_counts, fault_report, warning_text
from tests.io.building import FILES, LOAD, untold, write_files
from tests.shared import faults_of

BROKEN: dict[str, dict[str, bytes | None]] = {  # what the inputs of tests/faults do not have
    "nothing": dict.fromkeys(FILES),
    "bytes": {"users.csv": b"user_id\xff", "history.csv": b"", "meter.csv": None, "meter.parquet": b"no"},
    "twice": {
        "users.csv.gz": b"no",
        "retailers.csv": b"\0\0",
        "generators.csv": FILES["generators.csv"].encode("utf-16"),
    },
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_broken_files_in_chinese(tmp_path: Path, what: str) -> None:
    assert untold(faults_of(gridsim.load, write_files(tmp_path, BROKEN[what]))) == []


def test_intervals_and_rows_that_are_counted_in_chinese(tmp_path: Path) -> None:
    times = [f"{hour:02d}:{minute}" for hour in range(8) for minute in ("15", "45")]
    rows = "".join(f"V{user},2021-01-01 {time},1\n" for user in range(1_002) for time in times)
    half = "user_id,starts_at,energy_mwh\n" + rows
    faults = faults_of(gridsim.load, write_files(tmp_path, {"meter.csv": None, "load.csv": half}))
    assert untold(faults) == []
    counted = [fault.message.zh for fault in faults if fault.count > 1]
    assert "另有 2 行同样的错误：时段长度不是一小时、半小时或 15 分钟" in counted


def test_warnings_in_chinese(tmp_path: Path) -> None:
    files = {name: text.replace("2021", "2023").replace("2020", "2022") for name, text in FILES.items()}
    files["scenario.yaml"] = FILES["scenario.yaml"].replace("year: 2021", "year: 2023")
    files |= {"weather.csv": "x", "meter.csv": "\n".join(files["meter.csv"].splitlines()[:30:2])}
    files["tariffs.csv"] += "rare,1kV,1,1,1,1,9,2024-01,\n"
    files["history.csv"] += "U1,2023,1\n"
    files["bilateral.csv"] = files["bilateral.csv"].replace("12-07 11:00", "12-07 09:59")
    warnings = list(gridsim.load(write_files(tmp_path / "a", files)).warnings)
    gaps = {"meter.csv": None, "load.csv": "\n".join(LOAD.splitlines()[:-9])}
    warnings += gridsim.load(write_files(tmp_path / "b", gaps)).warnings
    assert len({warning.partition(":")[0] for warning in warnings}) >= 6
    assert [warning for warning in warnings if warning.zh == warning] == []
    assert warning_text(warnings[0], "zh") == "提示：weather.csv 不是场景的表，未读取"


def test_report_in_chinese(tmp_path: Path) -> None:
    files = {
        "users.csv": FILES["users.csv"].replace(",conventional,", ",常年,"),
        "scenario.yaml": "name: x\nyaer: 2021\n",
    }
    faults = faults_of(gridsim.load, write_files(tmp_path, files))
    assert fault_report(faults, "小场景", "zh") == (
        "小场景：5 处错误\n"
        "\n"
        "scenario.yaml\n"
        "  year（年份）：缺少此项\n"
        "      应为：'yaer' 不是此项；年份，1990 至 2199\n"
        "  rules：缺少此项\n"
        "      应为：随附规则集的名称，或文件夹内 YAML 文件的路径\n"
        "  文件第 2 行，yaer：没有此项\n"
        "      应为：可能是 year；可写的项：name、year、rules、overrides、seed\n"
        "\n"
        "users.csv\n"
        "  第 1 行，mode（交易模式）：无法识别的值（所填：常年）\n"
        "      应为：常规电量、分时段\n"
        "  第 3 行，mode（交易模式）：无法识别的值（所填：常年）"
    )
    assert (
        fault_counts(faults, "小场景", "zh").splitlines()[-1] == "  mode（交易模式）：无法识别的值：2 处，首处在第 1 行"
    )
