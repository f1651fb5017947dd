"""What `write_template` refuses, and that what it writes is what is committed."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.errors import GridsimError
from gridsim.templates import DEFAULT_SEED, write_template
from tests.shared import SCENARIOS, files_in


@pytest.mark.parametrize(
    ("folder", "arguments"),
    [
        ("henan-2021-mini", {"template": "mini"}),
        ("jiangsu-2023-mini", {"rules": "jiangsu-2023"}),
        ("retailer-2021", {"template": "retailer"}),
        ("henan-2021", {"template": "province", "users": 200, "seed": DEFAULT_SEED}),
    ],
)
def test_a_shipped_scenario_is_what_its_template_writes(
    folder: str, arguments: dict[str, object], tmp_path: Path
) -> None:
    written = write_template(tmp_path / "new", **arguments, name=gridsim.load(SCENARIOS / folder).name)  # type: ignore[arg-type]
    assert files_in(written) == files_in(SCENARIOS / folder)


def test_the_seed_of_the_shipped_province_is_the_default_and_stands_in_it() -> None:
    assert f"seed: {DEFAULT_SEED}\n" in (SCENARIOS / "henan-2021" / "scenario.yaml").read_text(encoding="utf-8")


def test_mini_is_the_default_and_missing_folders_are_made(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "some" / "new folder")
    assert folder == tmp_path / "some" / "new folder"
    written, shipped = files_in(folder), files_in(SCENARIOS / "henan-2021-mini")
    assert b"name: new folder\n" in written.pop("scenario.yaml")
    assert shipped.pop("scenario.yaml") and written == shipped


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    write_template(tmp_path)
    assert (tmp_path / "scenario.yaml").is_file()


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(GridsimError, match="not empty"):
        write_template(tmp_path)
    assert files_in(tmp_path) == {"mine.txt": b"mine"}


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(GridsimError, match="is a file"):
        write_template(tmp_path / "file")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"template": "county"}, "there are: mini, retailer, province"),
        ({"template": "retailer", "rules": "jiangsu-2023"}, "the template retailer is not of .* there are: henan-2021"),
        ({"template": "retailer", "seed": 5}, "seed goes with the template province"),
        ({"template": "mini", "users": 5}, "users goes with the template province"),
        ({"rules": "hubei"}, "there are: henan-2021, jiangsu-2023"),
        ({"template": "province", "rules": "hunan-2024"}, "there are: henan-2021, jiangsu-2023"),
        ({"template": "mini", "seed": 5}, "seed goes with the template province"),
        ({"template": "province", "users": 0}, "from 1 to 1,000,000, not 0"),
        ({"template": "province", "users": 1_000_001}, "not 1,000,001"),
        ({"template": "province", "seed": -1}, "must not be negative"),
        ({"template": "province", "empty": True}, "headings alone there are of: mini, retailer"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(
    arguments: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(GridsimError, match=message):
        write_template(tmp_path / "new", **arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()
