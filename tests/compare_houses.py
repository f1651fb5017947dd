"""Hold what gridsim gives, to the byte, against what an earlier commit of it gave.

For every change that must not change a result::

    python -m tests.compare_houses --base b002059            # all of it: about a quarter of an hour on two cores
    python -m tests.compare_houses --base b002059 --short    # 40 random scenarios, 300 users instead of 10,000

Both versions run the same folders: the shipped scenarios, a province, and random scenarios of the property tests. What
each leaves is written to files by its public interface alone, and the two trees of files are compared. Tables are
compared by their bytes, in Parquet and in CSV; explanations, statements and reports by the texts that a person reads
(``--loose`` counts Chinese punctuation of full and of half width as the same).
With ``--reuse DIR`` the base is run once and its files are kept there.
A table may gain columns at its end in which nothing stands. Manifests are left out: they name versions. So are files
that only one of the two writes, after they are named.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "zh")
FULL_WIDTH = str.maketrans("，：（）；、", ",:();,")


def main() -> int:
    options = _arguments()
    if options.snapshot:
        snapshot(options.folders, options.snapshot)
        return 0
    place = Path(tempfile.mkdtemp(prefix="houses-"))
    try:
        return _compare(options, place)
    finally:
        if not options.keep:
            shutil.rmtree(place, ignore_errors=True)
        subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="the commit to compare with")
    parser.add_argument("--short", action="store_true", help="fewer random scenarios and a small province")
    parser.add_argument("--tables", action="store_true", help="tables alone: no explanation, statement or report")
    parser.add_argument("--loose", action="store_true", help="punctuation of full and of half width is the same")
    parser.add_argument("--keep", action="store_true", help="leave the folder with both trees, and name it")
    parser.add_argument("--reuse", type=Path, help="folder that keeps what the base gave, for the next comparison")
    parser.add_argument("--snapshot", type=Path, help=argparse.SUPPRESS)  # what each version is started with
    parser.add_argument("--folders", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.base and not options.snapshot:
        parser.error("--base COMMIT is needed")
    return options


# ------------------------------------------------------------------------------------------------- what both run


def _write_folders(folders: Path, options: argparse.Namespace) -> None:
    sys.path.insert(0, str(ROOT))
    from tests.properties.folders import write_folder
    from tests.properties.scenarios import seeded_scenario

    shutil.copytree(ROOT / "scenarios" / "henan-2021-mini", folders / "mini")
    shutil.copytree(ROOT / "scenarios" / "henan-2021", folders / "henan")
    users = "300" if options.short else "10000"
    command = [sys.executable, "-m", "gridsim", "new", str(folders / "province"), "--template", "province"]
    subprocess.run([*command, "--users", users, "--seed", "13"], check=True, env=_environment(ROOT), cwd=folders)
    for seed in range(40 if options.short else 200):
        write_folder(folders / f"random-{seed:03}", seeded_scenario(seed))
    told = {"tables_only": options.tables}
    (folders / "options.json").write_text(json.dumps(told), encoding="utf-8")


def _environment(root: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(root), "PYTHONUTF8": "1"}


# --------------------------------------------------------------------------- what one version gives (its own process)


def snapshot(folders: Path, out: Path) -> None:
    """Run every folder and write what comes of it, by the public interface alone."""
    import gridsim

    tables_only = json.loads((folders / "options.json").read_text(encoding="utf-8"))["tables_only"]
    for folder in sorted(path for path in folders.iterdir() if path.is_dir()):
        place = out / folder.name
        place.mkdir(parents=True)
        try:
            scenario = gridsim.load(folder)
        except gridsim.ScenarioError as error:
            (place / "faults.txt").write_text("\n".join(map(str, error.faults)), encoding="utf-8")
            continue
        result = gridsim.run(scenario)
        for form in ("parquet", "csv"):
            result.save(place / form, format=form)
        (place / "warnings.txt").write_text("\n".join(map(str, scenario.warnings)), encoding="utf-8")
        if tables_only:
            continue
        _write_words(result, place, everything=folder.name in ("mini", "henan"))
        if folder.name != "province":
            _write_frames(result, folder, place)


def _write_words(result: object, place: Path, *, everything: bool) -> None:
    from gridsim.report.html import write_report
    from gridsim.report.statements import write_statements

    pairs = result.positions[["unit_id", "month"]].drop_duplicates().itertuples(index=False)
    chosen = [(unit, month) for unit, month in pairs]
    if not everything:
        chosen = chosen[:: max(1, len(chosen) // 4)]
    for lang in LANGUAGES:
        texts = []
        for unit, month in chosen:
            explained = result.explain(unit, month, lang=lang)
            texts += [f"##### {unit} {month}", str(explained), *_read(explained.to_html())]
        (place / f"explanations.{lang}.txt").write_text("\n".join(texts), encoding="utf-8")
        if everything:
            write_report(result, place / f"report.{lang}.html", lang=lang)
            _as_text(place / f"report.{lang}.html")
            (place / f"summary.{lang}.txt").write_text("\n".join(_summary(result, lang)), encoding="utf-8")
        if everything or len(chosen) < 40:
            write_statements(result, place / f"statements.{lang}.xlsx", lang=lang)
            _cells(place / f"statements.{lang}.xlsx")


def _summary(result: object, lang: str) -> list[str]:
    """What `gridsim run` shows, at a fixed width."""
    import io

    from rich.console import Console

    try:
        from gridsim.show.terminal import terminal
        from gridsim.summary_view import summary_document

        shown = terminal(summary_document(result.summary(), lang))
    except ImportError:  # a version without the document model
        from gridsim.console import render_summary

        shown = render_summary(result.summary(), lang)
    stream = io.StringIO()
    Console(file=stream, width=140, markup=False, emoji=False, no_color=True).print(shown)
    return stream.getvalue().splitlines()


def _write_frames(result: object, folder: Path, place: Path) -> None:
    """`gridsim.clear` and `gridsim.settle` on frames as a user has them."""
    import pandas as pd

    import gridsim

    if (folder / "orders.csv").exists():
        orders = pd.read_csv(folder / "orders.csv", dtype="str", keep_default_na=False)
        if len(orders) and orders["energy_mwh"].ne("").all():
            one_delivery = orders[orders["submitted_at"].ne("")]
            _write_frame(gridsim.clear(one_delivery), place / "cleared.csv")
    keys = ["unit_id", "month", "product"]
    legs = result.legs[[*keys, "energy_mwh", "price_yuan_per_mwh"]]
    cells = result.cell_settlement[
        ~result.cell_settlement["trial"] & result.cell_settlement["unit_id"].fillna("").ne("")
    ]
    products = cells["period"].where(cells["unit_id"].str.endswith("/tou"), "total")
    cells = cells[["unit_id", "month"]].assign(
        product=products, energy_mwh=cells["metered_mwh"], overrun_price_yuan_per_mwh=600, funds_price_yuan_per_mwh=30
    )
    for name, frame in zip(("positions", "legs", "cells"), gridsim.settle(legs, cells), strict=True):
        _write_frame(frame, place / f"settled_{name}.csv")


def _write_frame(frame: object, path: Path) -> None:
    """As texts: ids may come as categories."""
    texts = frame.astype({name: "str" for name in frame.columns if frame[name].dtype.name == "category"})
    texts.to_csv(path, index=False, lineterminator="\n")


class _Reader(HTMLParser):
    """The visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.lines.append(" ".join(data.split()))


def _read(page: str) -> list[str]:
    reader = _Reader()
    reader.feed(page)
    return reader.lines


def _as_text(path: Path) -> None:
    lines = _read(path.read_text(encoding="utf-8"))
    path.with_suffix(".txt").write_text("\n".join(lines), encoding="utf-8")
    path.unlink()


def _cells(path: Path) -> None:
    """A workbook as a text of its cells."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    lines = []
    for name in book.sheet_names:
        lines.append(f"##### {name}")
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        lines += ["\t".join(str(cell) for cell in row) for row in rows]
    path.with_suffix(".txt").write_text("\n".join(lines), encoding="utf-8")
    path.unlink()


# ------------------------------------------------------------------------------------------------------ comparing


def _compare(options: argparse.Namespace, place: Path) -> int:
    kept = options.reuse.absolute() if options.reuse else place
    folders, before, after = kept / "folders", kept / "before", place / "after"
    started = time.monotonic()
    versions = {"after": (ROOT, after)}
    if not (kept / "whole").exists():
        base = place / "base"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(base), options.base], cwd=ROOT, check=True)
        for folder in (folders, before):
            shutil.rmtree(folder, ignore_errors=True)
        folders.mkdir(parents=True)
        _write_folders(folders, options)
        versions["before"] = (base, before)
    runs = {
        name: subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--snapshot", str(out), "--folders", str(folders)],
            env=_environment(root),
            cwd=place,
        )
        for name, (root, out) in versions.items()
    }
    failed = [name for name, process in runs.items() if process.wait()]
    if failed:
        print(f"the version {' and '.join(failed)} did not get through")
        return 1
    (kept / "whole").touch()
    differing = _differences(before, after, loose=options.loose)
    print(f"{time.monotonic() - started:.0f} s; base {options.base}")
    if options.keep:
        print(f"kept: {place}")
    return 1 if differing else 0


def _differences(before: Path, after: Path, *, loose: bool) -> int:
    names = {path.relative_to(tree).as_posix() for tree in (before, after) for path in tree.rglob("*")}
    equal, unequal, alone = Counter[str](), Counter[str](), Counter[str]()
    size = 0
    for name in sorted(names):
        one, other = before / name, after / name
        if one.is_dir() or other.is_dir() or Path(name).name == "manifest.json":
            continue
        kind = re.sub(r".*\.", "", name) if "/parquet/" in name or "/csv/" in name else Path(name).name
        if not (one.exists() and other.exists()):
            alone[f"{Path(name).name} ({'before' if one.exists() else 'after'})"] += 1
            continue
        old, new = one.read_bytes(), other.read_bytes()
        size += len(old)
        is_same = zlib.crc32(old) == zlib.crc32(new) and old == new
        if not is_same and other.suffix in (".parquet", ".csv"):
            is_same = _has_grown(one, other)
        if not is_same and loose and name.endswith(".txt"):
            is_same = _loosely(old) == _loosely(new)
        (equal if is_same else unequal)[kind] += 1
        if not is_same and unequal[kind] <= 3:
            _show_difference(name, old, new)
    for kind in sorted(equal | unequal):
        print(f"{kind:28} {equal[kind]:6} equal {unequal[kind]:6} different")
    for kind, count in sorted(alone.items()):
        print(f"{kind:28} {count:6} in one version alone")
    print(f"{sum(equal.values())} files equal, {sum(unequal.values())} different; {size / 1e6:.1f} MB compared")
    return sum(unequal.values()) + (0 if equal else 1)


def _has_grown(one: Path, other: Path) -> bool:
    """Whether a table has but gained columns at its end in which nothing stands, or nothing but false."""
    import pandas as pd

    old, new = (
        pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype="str") for path in (one, other)
    )
    added = new[new.columns[len(old.columns) :]]
    is_empty = added.isna() | added.isin([False, "False", "false"])
    return (
        bool(len(added.columns)) and bool(is_empty.all(axis=None)) and old.equals(new[new.columns[: len(old.columns)]])
    )


def _loosely(text: bytes) -> list[str]:
    """Words without spaces and with one kind of punctuation."""
    return text.decode("utf-8").translate(FULL_WIDTH).split()


def _show_difference(name: str, old: bytes, new: bytes) -> None:
    print(f"--- {name}")
    if name.endswith(".parquet"):
        print(f"    {len(old)} and {len(new)} bytes")
        return
    shown = 0
    lines = zip_longest(old.decode("utf-8").splitlines(), new.decode("utf-8").splitlines(), fillvalue="(nothing)")
    for number, (before, after) in enumerate(lines, 1):
        if before != after:
            print(f"    line {number}\n      - {before[:300]}\n      + {after[:300]}")
            shown += 1
            if shown == 3:
                break


if __name__ == "__main__":
    sys.exit(main())
