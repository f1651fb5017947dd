from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
import gridsim.batch
from gridsim.templates import write_template
from tests.shared import MINI, files_in


@pytest.fixture(autouse=True)
def _somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_example_is_the_shipped_scenario_and_what_new_writes(tmp_path: Path) -> None:
    folder = gridsim.example("henan-2021-mini")
    assert folder.is_absolute()
    new = write_template(tmp_path / "new", name="henan-2021-mini (synthetic)")
    assert files_in(folder) == files_in(MINI) == files_in(new)
    assert gridsim.load(folder).hash == gridsim.load(MINI).hash


def test_the_example_of_jiangsu_is_what_new_writes_in_any_form(tmp_path: Path) -> None:
    folder = gridsim.example("jiangsu-2023-mini")
    hashes = {gridsim.load(folder).hash}
    for form, lang in (("csv", "en"), ("csv", "zh"), ("parquet", "en"), ("xlsx", "zh")):
        written = write_template(tmp_path / f"{form}-{lang}", form=form, lang=lang, rules="jiangsu-2023")  # type: ignore[arg-type]
        hashes.add(gridsim.load(written).hash)
    assert len(hashes) == 1


def test_an_example_is_the_scenario_of_a_batch() -> None:
    batch = gridsim.batch.run({"scenario": gridsim.example("henan-2021-mini")})
    assert batch.points["status"].tolist() == ["done"]


def test_what_is_no_example_is_told_with_those_that_are() -> None:
    known = "henan-2021-mini, jiangsu-2023-mini, retailer-2021"
    with pytest.raises(gridsim.GridsimError, match=f"'henan'; there are: {known}") as told:
        gridsim.example("henan")
    assert told.value.sentence.zh == "没有示例 'henan'；现有：henan-2021-mini、jiangsu-2023-mini、retailer-2021"
