"""How extensions are registered: by decorators, and by the entry points of installed packages, loaded when needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gridsim
from gridsim import extensions
from gridsim.errors import ExtensionError
from tests.extensions import sound
from tests.extensions.market import folder_of, shape

PACKAGE = """
from gridsim import extensions

@extensions.mechanism("first_pair", en="first pair", zh="首对成交")
def first_pair(book):
    import numpy as np
    sell, buy = np.flatnonzero(book.is_sell)[:1], np.flatnonzero(~book.is_sell)[:1]
    return sell, buy, np.minimum(book.energy[sell], book.energy[buy]), book.price[sell]
"""


def installed(folder: Path, entry_points: str, package: str = PACKAGE) -> None:
    """A package in a folder, as an installer leaves it."""
    (folder / "market_package.py").write_text(package, encoding="utf-8")
    about = folder / "market_package-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: market-package\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(entry_points, encoding="utf-8")


def python(code: str, *folders: Path) -> subprocess.CompletedProcess[str]:
    paths = [*map(str, folders), str(Path(gridsim.__file__).parents[1])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=environment, check=False, timeout=600
    )


RUN = """
import sys, json, gridsim
gridsim.rules.load("henan-2021").shape
before = "market_package" in sys.modules
result = gridsim.run({folder!r})
print(json.dumps([before, "market_package" in sys.modules, len(result.exact.trades), result.manifest["extensions"]]))
"""


def scenario(folder: Path, how: str) -> Path:
    lists = shape(checks=[], closing=None)
    lists["sessions"]["auction"]["how"] = how
    lists["modes"]["only"].update(over=[{"edge": 1, "price": 5, "payee": "GRID"}], under=[], charges=[])
    return folder_of(lists, folder)


@pytest.mark.slow
def test_an_entry_point_is_loaded_when_a_rule_set_needs_it(tmp_path: Path) -> None:
    installed(tmp_path, "[gridsim.mechanisms]\nfirst_pair = market_package:first_pair\n")
    folder = scenario(tmp_path / "scenario", "first_pair")
    done = python(RUN.format(folder=str(folder)), tmp_path)
    assert done.returncode == 0, done.stderr
    before, after, trades, used = json.loads(done.stdout)
    assert (before, after, trades) == (False, True, 2)
    assert used == [{"kind": "mechanism", "name": "first_pair", "origin": "market_package:first_pair"}]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("market_package:nothing", "cannot be loaded from market_package:nothing: AttributeError"),
        ("market_package:extensions", "market_package:extensions registers no extension other_pair"),
    ],
)
def test_entry_points_that_do_not_hold_what_they_promise(target: str, said: str, tmp_path: Path) -> None:
    installed(tmp_path, f"[gridsim.mechanisms]\nother_pair = {target}\n")
    folder = scenario(tmp_path / "scenario", "other_pair")
    done = python(f"import gridsim; gridsim.run({str(folder)!r})", tmp_path)
    assert done.returncode == 1 and said in done.stderr and "ExtensionError" in done.stderr


def test_names_of_gridsims_own_are_not_taken() -> None:
    assert gridsim.rules.load("henan-2021").shape.checks  # tells which names these are
    for register, name in (
        (extensions.mechanism, "uniform"),
        (extensions.check, "credit"),
    ):
        with pytest.raises(ValueError, match="of gridsim's own"):
            register(name, en="mine", zh="我的")(lambda *given: None)
    with pytest.raises(ValueError, match="of gridsim's own"):
        extensions.price("sum", en="mine", zh="我的", takes=["price"])(lambda one: one)


def test_names_and_words_are_asked_for() -> None:
    for name in ("", "a", "Large", "with blank", "ü" * 3, "x" * 41):
        with pytest.raises(ValueError, match="can't be the name"):
            extensions.check(name, en="mine", zh="我的")
    with pytest.raises(ValueError, match="both languages"):
        extensions.check("no_words", en="mine", zh="")


def test_two_of_one_name() -> None:
    def first(market: object) -> list[object]:
        return []

    def second(market: object) -> list[object]:
        return []

    extensions.check("twice_there", en="one", zh="一")(first)
    extensions.check("twice_there", en="one", zh="一")(first)  # its module was loaded again
    with pytest.raises(ValueError, match="two extensions called 'twice_there'"):
        extensions.check("twice_there", en="two", zh="二")(second)


def test_what_is_needed_and_missing() -> None:
    with pytest.raises(ExtensionError, match=r"no extension nobody_has_it is installed \(gridsim.prices\)"):
        extensions.needed("price", "nobody_has_it")
    assert extensions.find("price", "nobody_has_it") is None


def test_other_processes_import_the_modules_that_register() -> None:
    assert sound.__name__ in extensions.modules_to_import()
    extensions.import_modules(["no_such_module_anywhere", "__main__"])  # told when its extension is needed
