"""Accidents of batch folders, as data: what happens, what reading says, what running the plan again tells."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from tests.faults.breaking import (
    DEEP,
    HUGE,
    POINTS,
    TABLES,
    a_second_batch,
    all_gone,
    another_point,
    copied,
    cut,
    edited,
    flipped,
    forged,
    gone,
    holding,
    longer,
    manifest,
    of,
    points,
    renamed,
    replaced,
    rewritten,
    swapped,
    twice,
)


class Accident(NamedTuple):
    """One thing that happens to the folder of a batch.

    Attributes
    ----------
    name : str
    make : callable
        Does it to the folder that it is given.
    said : str
        What reading says, as a pattern; empty if all rows are still to be had.
    told : str
        What running the plan again tells of it; empty if there is nothing to tell.
    again : int
        How many points are computed again.
    """

    name: str
    make: Callable[[Path], object]
    said: str
    told: str
    again: int


BAD = "this batch is damaged"
OTHER_SHA = "its SHA-256 is another"

ACCIDENTS = [
    # Tables that are cut, changed or gone: three points lie in the larger part.
    *(Accident(f"{name} is cut in half", cut(of(name)), f"{name}/.*cut off", "cut off", 3) for name in TABLES),
    *(Accident(f"{name} is gone", gone(of(name)), f"{name}/.*not there", "not there", 3) for name in TABLES),
    *(Accident(f"{name} has a bit flipped", flipped(of(name), 0.5), OTHER_SHA, OTHER_SHA, 3) for name in TABLES),
    Accident("runs has its first byte changed", flipped(of("runs"), 0.0), OTHER_SHA, OTHER_SHA, 3),
    Accident("runs has its footer changed", flipped(of("runs"), 0.97), OTHER_SHA, OTHER_SHA, 3),
    Accident("runs is empty", holding(of("runs"), b""), "cut off: 0 of", "cut off", 3),
    Accident("runs lacks its last byte", cut(of("runs"), 0.9999), "cut off", "cut off", 3),
    Accident("runs has a byte more", longer(of("runs")), "larger than what", "larger", 3),
    Accident("items of one point is text", holding(of("items", 0), b"a,b\n1,2\n"), "cut off", "cut off", 1),
    Accident("all runs are gone", all_gone("runs"), "not there.*not there", "not there", POINTS),
    Accident("runs of two parts change places", swapped(of("runs", 0), of("runs")), OTHER_SHA + "|larger|cut", "", 4),
    Accident("a table has the file of another", swapped(of("runs"), of("items")), BAD, "", 3),
    Accident("runs lacks a row", rewritten(of("runs"), lambda t: t.slice(1)), BAD, "", 3),
    Accident("runs has rows twice", rewritten(of("runs"), lambda t: pa.concat_tables([t, t])), BAD, "", 3),
    Accident("runs has no row", rewritten(of("runs"), lambda t: t.slice(0, 0)), BAD, "", 3),
    Accident("units was sorted by its reader", rewritten(of("units"), lambda t: t.sort_by("unit_id")), BAD, "", 3),
    Accident("a table is a folder", replaced(of("runs"), Path.mkdir), "no ordinary file|cannot be read", "", 3),
    Accident("a table is a pipe", replaced(of("runs"), os.mkfifo), "no ordinary file", "no ordinary file", 3),
    Accident("a table is /dev/zero", replaced(of("runs"), lambda p: p.symlink_to("/dev/zero")), "no ordinary", "", 3),
    Accident("a table leads nowhere", replaced(of("runs"), lambda p: p.symlink_to("/nowhere")), "not there", "", 3),
    # Forged ones.
    Accident("a row less, and the record agrees", forged("runs", lambda t: t.slice(1), tell_rows=True), BAD, "rows", 3),
    Accident("a row less, and the record agrees but for it", forged("units", lambda t: t.slice(1)), BAD, "rows", 3),
    Accident("rows of a point of one's own", forged("runs", another_point), "other rows than its record", "rows", 3),
    Accident("a column of one's own", forged("unit_draws", renamed), "cannot be read", "cannot be read", 3),
    Accident("no Parquet, and the record agrees", forged("items", lambda t: t.drop_columns(["item"])), BAD, "", 3),
    # Records.
    Accident("a record is cut", cut(of("parts")), "parts/.*cut off", "no JSON", 3),
    Accident("a record lacks its end", cut(of("parts"), 0.99), "parts/.*cut off", "no JSON", 3),
    Accident("a record is empty", holding(of("parts"), b""), "no JSON", "no JSON", 3),
    Accident("a record is gone", gone(of("parts")), "the record of finished points is gone", "no record tells", 3),
    Accident("all records are gone", all_gone("parts"), "record of finished points is gone", "is gone", POINTS),
    Accident("a record is a list", holding(of("parts"), b"[1, 2]"), "not of format 2", "not of format", 3),
    Accident("a record is no text", holding(of("parts"), b"\xff\xfe\x00"), "no JSON", "no JSON", 3),
    Accident("a record has 5,000 digits", holding(of("parts"), HUGE), "no JSON", "no JSON", 3),
    Accident("a record is 100,000 brackets", holding(of("parts"), DEEP), "no JSON", "no JSON", 3),
    Accident("a record is a pipe", replaced(of("parts"), os.mkfifo), "no ordinary file", "no ordinary file", 3),
    Accident("a record is of an old format", edited(of("parts"), lambda d: d.update(format=1)), "not of format", "", 3),
    Accident("a record has no seal", edited(of("parts"), lambda d: d.pop("seal", None)), OTHER_SHA, OTHER_SHA, 3),
    Accident("a record tells other seconds", edited(of("parts"), lambda d: d["points"].popitem()), OTHER_SHA, "", 3),
    Accident(
        "a record has a point less, and is sealed",
        edited(of("parts"), lambda d: d["points"].popitem(), is_sealed=True), "another part", "another part", 3,
    ),
    Accident(
        "a record names a path as a point",
        edited(of("parts"), lambda d: d["points"].update({"../../x": {}}), is_sealed=True), "not what gridsim", "", 3,
    ),
    Accident(
        "a record names a path as a table",
        edited(of("parts"), lambda d: d.update(tables={"../../x": {}}), is_sealed=True), "not what gridsim", "", 3,
    ),
    Accident(
        "a record names no table",
        edited(of("parts"), lambda d: d.update(tables={}), is_sealed=True), "other tables or rows", "other tables", 3,
    ),
    Accident(
        "a record has texts for numbers",
        edited(of("parts"), lambda d: d["tables"]["runs"].update(rows="9"), is_sealed=True), "not what gridsim", "", 3,
    ),
    Accident("records of two parts change places", swapped(of("parts", 0), of("parts")), "another part", "", POINTS),
    Accident("a part is there twice", twice, "record of another part", "another part", 0),
    Accident("a part of another batch lies there", a_second_batch, "points of another batch", "", 0),
    # Manifest and points.
    Accident("the manifest is cut", cut(manifest), "batch.json: no JSON", "no JSON", 0),
    Accident("the manifest is empty", holding(manifest, b""), "batch.json: no JSON", "no JSON", 0),
    Accident("the manifest is gone", gone(manifest), "no batch.json", "", 0),
    Accident("the manifest tells other draws", edited(manifest, lambda d: d.update(draws=4)), OTHER_SHA, OTHER_SHA, 0),
    Accident(
        "the manifest names a path as a metric",
        edited(manifest, lambda d: d.update(metrics=["../../x"]), is_sealed=True), "into a manifest", "", 0,
    ),
    Accident(
        "the manifest has nonsense for quantiles",
        edited(manifest, lambda d: d.update(quantiles=[{}]), is_sealed=True), "into a manifest", "", 0,
    ),
    Accident(
        "the manifest tells fewer points",
        edited(manifest, lambda d: d.update(points=3), is_sealed=True), "other points than batch.json", "", 0,
    ),
    Accident("the points are cut", cut(points), "points/points.parquet", "points", 0),
    Accident("the points are changed", flipped(points, 0.1), "points/points.parquet", "points", 0),
    Accident("the points are gone", gone(points), "no points/points.parquet", "", 0),
    Accident("a point is gone", rewritten(points, lambda t: t.slice(0, 3)), "other points", "", 0),
    Accident("points have other numbers", rewritten(points, lambda t: t.slice(1)), "not a table of points", "", 0),
    # Files of others: whoever reads all files of a folder must not find them among the rows; what is beside stays.
    Accident("a foreign Parquet file lies among runs", copied(of("runs"), "mine.parquet"), "", "no record tells", 0),
    Accident("a foreign Parquet file lies among points", copied(points, "mine.parquet"), "", "no record tells", 0),
    Accident("a foreign JSON file lies among records", copied(manifest, "parts/mine.json"), BAD, "not what", 0),
    Accident("notes lie about", lambda out: (out / "notes.txt").write_text("mine"), "", "", 0),
    Accident("notes lie among runs", lambda out: (out / "runs" / "notes.txt").write_text("mine"), "", "", 0),
]  # fmt: skip
SHORT = {
    "units is cut in half", "runs is gone", "items has a bit flipped", "a table is a pipe", "a record is cut",
    "a row less, and the record agrees", "a record names a path as a table", "the manifest is cut",
    "a foreign Parquet file lies among runs", "a part is there twice",
}  # fmt: skip
