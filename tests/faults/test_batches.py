"""Accidents of batch folders: what is damaged, forged or lost is told, never read as if it were whole, and mended.

Each accident happens to a copy of one finished batch. Reading it gives all rows or an error with these words; running
the plan again tells what it found, computes again what is missing and nothing else, ends with the very same tables, and
loses nothing of what it found. ``GRIDSIM_FULL=1`` has all of them; without it one of each sort.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pyarrow.parquet
import pytest

from gridsim.batch import load, run
from gridsim.errors import ResultError
from tests.batch.conftest import small_plan
from tests.faults.accidents import ACCIDENTS, SHORT, Accident
from tests.faults.breaking import (
    TABLES,
    computed,
    contents,
    cut,
    go_on,
    gone,
    of,
    rows_of,
    serialised,
)
from tests.shared import IS_FULL, MINI, as_user

CHOSEN = [accident for accident in ACCIDENTS if IS_FULL or accident.name in SHORT]

pytestmark = [
    pytest.mark.slow,  # each accident happens to a whole batch
    pytest.mark.skipif(os.name == "nt", reason="links and pipes of Unix"),
    pytest.mark.filterwarnings("error"),
]


@pytest.mark.parametrize("accident", CHOSEN, ids=[accident.name for accident in CHOSEN])
def test_accident(accident: Accident, finished: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    accident.make(out)
    before = contents(out)

    said, chinese = [], []
    try:
        batch = load(out)
        for name in TABLES:
            try:
                assert serialised(batch.arrow(name)) == whole[name], "rows are lost or changed without a word"
            except ResultError as error:
                said.append(str(error))
                chinese.append(error.sentence.zh)
    except ResultError as error:
        said.append(str(error))
    assert bool(said) == bool(accident.said), said
    assert all(words not in said for words in chinese)
    assert re.search(accident.said, " ".join(said)), said

    events = go_on(out)
    told = " ".join(f"{event['path']}: {event['why']}" for event in events if event["event"] == "damage")
    assert re.search(accident.told, told), told
    assert bool(told) >= bool(accident.again), "points are computed again without a word"
    assert computed(events) == accident.again
    assert rows_of(load(out)) == whole
    assert before <= contents(out), "something that lay in the folder is lost"
    again = go_on(out)
    assert computed(again) == 0 and not [event for event in again if event["event"] == "damage"]
    for name in TABLES:  # for any program, all files of a folder are the table
        files = sorted((out / name).glob("*.parquet"))
        assert sum(len(pyarrow.parquet.read_table(path)) for path in files) == load(out).arrow(name).num_rows


def test_the_accidents_are_many() -> None:
    assert len(ACCIDENTS) >= 60 and len({accident.name for accident in ACCIDENTS}) == len(ACCIDENTS)
    assert {accident.name for accident in ACCIDENTS} >= SHORT


def test_damage_is_told_to_who_listens_to_nothing(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    gone(of("units"))(out)
    with pytest.warns(UserWarning, match=r"units/.*not there; it was set aside; computed again: points"):
        run(small_plan(), out, detail="full", workers=1)
    (found,) = load(out).manifest["damage"]
    assert found["path"].startswith("units/") and len(found["points"]) == 3


def test_the_command_tells_of_damage(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    cut(of("parts"))(out)
    plan = tmp_path / "plan.json"
    data = {"scenario": str(MINI), "seed": 11, "draws": 3}
    plan.write_text(json.dumps(data | {"load": small_plan().load.model_dump()}), encoding="utf-8")  # type: ignore[union-attr]
    for lang, words in (("en", "no JSON, or cut off; it was set aside"), ("zh", "不是 JSON，或不完整；已移开")):
        shutil.rmtree(out)
        shutil.copytree(finished, out)
        cut(of("parts"))(out)
        done = as_user("batch", plan, "--out", out, "--lang", lang)
        assert words in done.stdout.replace("\n", "")


@pytest.mark.parametrize("name", ["runs", "parts", "points", "damaged"])
def test_a_link_in_place_of_a_folder_is_not_followed(name: str, finished: Path, tmp_path: Path) -> None:
    out, victim = tmp_path / "out", tmp_path / "victim"
    shutil.copytree(finished, out)
    gone(of("units"))(out)
    (out / name).exists() and shutil.rmtree(out / name)
    victim.mkdir()
    (victim / "mine.parquet").write_bytes(b"mine")
    (out / name).symlink_to(victim)
    with pytest.raises(ResultError, match=f"{name}: a batch keeps a folder here, and this is a link"):
        go_on(out)
    assert [path.name for path in victim.iterdir()] == ["mine.parquet"]
    assert (victim / "mine.parquet").read_bytes() == b"mine"
