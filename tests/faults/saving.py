"""Two results to save one over the other, files of somebody else beside them, and how to tell which result stands."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import gridsim
from gridsim.io import exchange
from tests.markets import RESULT_TABLES

WAYS = ("exchange", "journal")
FOREIGN = {
    "notes.txt": "mine",
    ".hidden": "mine, too",
    "run_inputs/notes.txt": "and mine",
    "trades.xlsx": "no workbook",
}
LINK = "latest"


def use_way(way: str, monkeypatch: Any) -> None:
    """Save as systems do that can let folders change places, or as those that cannot."""
    if way == "journal":
        monkeypatch.setattr(exchange, "can_exchange", lambda: False)


def put_foreign(folder: Path) -> None:
    """Files and a link that gridsim knows nothing of."""
    for name, text in FOREIGN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    if not (folder / LINK).is_symlink():
        (folder / LINK).symlink_to("notes.txt")


def check_foreign(folder: Path) -> None:
    """They are all there, and as they were."""
    for name, text in FOREIGN.items():
        assert (folder / name).read_text(encoding="utf-8") == text
    assert (folder / LINK).readlink() == Path("notes.txt")


def print_of(result: gridsim.Result) -> str:
    """One text for all that a result holds."""
    rows = {name: result.exact.arrow(name).to_pylist() for name in RESULT_TABLES}
    inputs = {name: table.num_rows for name, table in result.inputs.items()}
    text = json.dumps([rows, inputs, dict(result.manifest)], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_whole(folder: Path) -> None:
    """What stands there now, before anybody completes it: each file is the one that the manifest tells of."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, told in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == told["sha256"], name
    tables = {path.name for path in folder.iterdir() if path.suffix in (".parquet", ".csv")}
    assert tables == {name for name in manifest["files"] if "/" not in name}


def check_clear(folder: Path) -> None:
    """Nothing of ours lies about in a folder or beside it."""
    for place in (folder, folder / "run_inputs", folder.parent):
        ours = [path.name for path in place.iterdir() if path.name.startswith(".gridsim") or path.name == ".lock"]
        assert ours == [], place
