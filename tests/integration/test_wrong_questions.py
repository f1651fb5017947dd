"""Commands that are asked for what is not there: told in the language that was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from tests.shared import MINI, Told, as_user

EXPLAIN = ("explain", "{out}", "--unit", "R1/tou", "--month", "2021-04")
STATEMENTS = ("statements", "{out}", "--out", "{none}/bills.xlsx")


@pytest.fixture(scope="module")
def folder(mini: gridsim.Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results, a folder that holds something else, a plan, and a plan whose point 0 fails."""
    folder = tmp_path_factory.mktemp("wrong")
    mini.save(folder / "out")
    (folder / "other").mkdir()
    (folder / "other" / "notes.txt").write_text("mine", "utf-8")
    (folder / "plan.yaml").write_text(f"scenario: {MINI}\n", "utf-8")
    (folder / "failing.yaml").write_text(f"scenario: {MINI}\nsweep: {{settlement.tou.upper: [0.5, 1.08]}}\n", "utf-8")
    return folder


def told(folder: Path, arguments: tuple[str, ...], lang: str, expect: int) -> Told:
    places = {"out": folder / "out", "other": folder / "other", "none": folder / "none", "folder": folder}
    done = as_user(*(text.format(**places) for text in arguments), "--lang", lang, expect=expect)
    assert not (folder / "none").exists()
    return done


@pytest.mark.parametrize(
    ("arguments", "code", "english", "chinese"),
    [
        pytest.param(
            ("explain", "{none}", "--unit", "R1/tou", "--month", "2021-04"),
            2,
            "{folder}/none: no such folder",
            "{folder}/none：没有此文件夹",
            id="explain-nothing",
        ),
        pytest.param(
            ("explain", str(MINI), "--unit", "R1/tou", "--month", "2021-04"),
            2,
            f"{MINI}: a scenario, and no results of it; `gridsim run` makes them",
            f"{MINI}：这是场景，还没有结果；用 `gridsim run` 算出结果",
            id="explain-a-scenario",
        ),
        pytest.param(
            ("explain", "{out}/ledger.parquet", "--unit", "R1/tou", "--month", "2021-04"),
            2,
            "{folder}/out/ledger.parquet: no manifest.json here, so this is no folder of results",
            "{folder}/out/ledger.parquet：其中没有 manifest.json，不是结果文件夹",
            id="explain-a-table",
        ),
        pytest.param(
            ("explain", "{out}", "--unit", "R1/tuo", "--month", "2021-04"),
            2,
            "there is no settlement unit 'R1/tuo'; nearest: R1/tou; there are: R1/conventional, R1/tou, U4/tou, "
            "U5/conventional",
            "没有结算单元 'R1/tuo'；可能是 R1/分时段；现有：R1/常规电量、R1/分时段、U4/分时段、U5/常规电量",
            id="explain-unit",
        ),
        pytest.param(
            ("explain", "{out}", "--unit", "U3/tou", "--month", "2021-04"),
            2,
            "U3 has no settlement unit 'U3/tou'; it belongs to R1/tou",
            "U3 没有结算单元 'U3/tou'；其所属结算单元为 R1/分时段",
            id="explain-unit-of-a-retailers-user",
        ),
        pytest.param(
            (*STATEMENTS, "--unit", "U3/tou"),
            2,
            "there is no settlement unit 'U3/tou' in these months; there are: R1/conventional, R1/tou, U4/tou, U5, "
            "U5/conventional, U6",
            "所选月份中没有结算单元 'U3/tou'；现有：R1/conventional、R1/tou、U4/tou、U5、U5/conventional、U6",
            id="statements-unit-of-a-retailers-user",
        ),
        pytest.param(
            ("explain", "{out}", "--unit", "R1/tou", "--month", "2021-O4"),
            2,
            "R1/tou has no position in '2021-O4' (a month is written YYYY-MM); nearest: 2021-04; months that it has: "
            "2021-01 to 2021-12",
            "R1/分时段 没有这个月的结算头寸：'2021-O4'（月份应写作 YYYY-MM）；可能是 2021-04；"
            "现有月份：2021-01 至 2021-12",
            id="explain-month",
        ),
        pytest.param(
            (*EXPLAIN, "--product", "Peak"),
            2,
            "R1/tou has no position 'Peak' in 2021-04; nearest: peak; products that it has: peak, flat, valley",
            "R1/分时段 在 2021-04 没有交易品种 'Peak' 的结算头寸；可能是 峰段；现有交易品种：峰段、平段、谷段",
            id="explain-product",
        ),
        pytest.param(
            (*STATEMENTS, "--unit", "R1"),
            2,
            "R1 is a buyer and no settlement unit; its settlement units: R1/conventional, R1/tou",
            "R1 是购电方，不是结算单元；其结算单元：R1/conventional、R1/tou",
            id="statements-unit",
        ),
        pytest.param(
            (*STATEMENTS, "--month", "2022-01"),
            2,
            "'2022-01' is not in 2021; there are 2021-01 to 2021-12",
            "'2022-01' 不在 2021 年内；可选 2021-01 至 2021-12",
            id="statements-month",
        ),
        pytest.param(
            ("attribute", "{out}", "--unit", "R1/tuo", "--method", "shapley"),
            2,
            "no settlement unit 'R1/tuo' in this result; there are: R1/conventional, R1/tou, U4/tou, U5/conventional; "
            "nearest: R1/tou",
            "此结果中没有结算单元 'R1/tuo'；现有：R1/conventional、R1/tou、U4/tou、U5/conventional；可能是 R1/tou",
            id="attribute-unit",
        ),
        pytest.param(
            (*EXPLAIN, "--user", "U1"),
            2,
            "no user 'U1' in this position; there are: U3",
            "此头寸中没有用户 'U1'；现有：U3",
            id="explain-user",
        ),
        pytest.param(
            ("report", "{out}", "--out", "{other}"),
            2,
            "{other}: a file is to be written, and this is a folder",
            "{other}：应写入文件，而这是一个文件夹",
            id="report",
        ),
        pytest.param(
            ("compare", "{other}", "{out}"),
            2,
            "{other}: no manifest.json here, so this is no folder of results",
            "{other}：其中没有 manifest.json，不是结果文件夹",
            id="compare",
        ),
        pytest.param(
            ("batch", "{folder}/plan.yaml", "--out", "{other}"),
            2,
            "{other}: holds other files (notes.txt, …); a batch needs a folder of its own",
            "{other}：其中有其他文件（notes.txt 等）；批量运算需用单独的文件夹",
            id="batch",
        ),
        pytest.param(
            ("run", str(MINI), "--out", "{folder}/plan.yaml"),
            2,
            "{folder}/plan.yaml: results go into a folder, and this is a file",
            "{folder}/plan.yaml：结果须写入文件夹，而这是一个文件",
            id="run",
        ),
        pytest.param(
            ("new", "{other}"),
            1,
            "gridsim: {other} is not empty; a template is written into a new or an empty folder only",
            "gridsim：{other} 不是空文件夹；模板只写入新的或空的文件夹",
            id="new",
        ),
    ],
)
def test_a_wrong_question(folder: Path, arguments: tuple[str, ...], code: int, english: str, chinese: str) -> None:
    for lang, text in (("en", english), ("zh", chinese)):
        done = told(folder, arguments, lang, code)
        assert done.stderr == text.format(folder=folder, other=folder / "other") + "\n"
        assert done.stdout == ""


def test_points_that_fail_are_told_in_the_language_and_stored_in_english(folder: Path, tmp_path: Path) -> None:
    command = ("batch", "{folder}/failing.yaml", "--detail", "summary", "--out")
    for lang, beginning in (
        ("en", "point 0 failed: "),
        ("zh", "参数点 0 未能完成："),
    ):
        done = told(folder, (*command, str(tmp_path / "out")), lang, 1)
        (line,) = (line for line in done.stdout.splitlines() if line.startswith(beginning))
        assert ("lies below" in line) == (lang == "en")
        assert ("低于" in line) == (lang == "zh")
        (stored,) = gridsim.batch.load(tmp_path / "out").failures["error"]
        assert stored.isascii() and "lies below" in stored


def test_statements_are_chinese_unless_asked_otherwise_and_so_are_their_errors(folder: Path) -> None:
    command = [text.format(out=folder / "out", none=folder / "none") for text in STATEMENTS]
    done = as_user(*command, "--unit", "R1/tuo", expect=2)
    choice = "现有：R1/conventional、R1/tou、U4/tou、U5、U5/conventional、U6"
    assert done.stderr == f"所选月份中没有结算单元 'R1/tuo'；可能是 R1/tou；{choice}\n"
