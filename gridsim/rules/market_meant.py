"""Whose lists a rule file has that says none itself: those of a set that ships, or nobody's.

No market is guessed: a file that extends nothing and says no lists is asked for them, and where it is faulty the
tables of its scenario are not read as if they were another province's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridsim.input_files import InputFileError
from gridsim.rules.catalogue import added, henan, value_paths
from gridsim.rules.shipped import FIRST, available
from gridsim.rules.yamltext import read_yaml_file

__all__ = ["SUFFIXES", "is_of_0_1", "market_meant"]

SUFFIXES = (".yaml", ".yml")
"""Of the file of a rule set: any other name is the id of one that ships."""


def is_of_0_1(data: Mapping[str, Any]) -> bool:
    """Whether a file without lists of its own is like those of gridsim 0.1: it gives most of the values of Henan's."""
    needed = [path for path in henan().kinds if path not in added()]
    given = set(value_paths(data.get("values")))
    return 2 * sum(path in given for path in needed) > len(needed)


def market_meant(name: str, base_dir: str | Path | None) -> str | None:
    """The shipped set whose lists a faulty rule file has.

    Parameters
    ----------
    name : str
        A path, or the id of a shipped set.
    base_dir : str or path, optional
        Where the file lies.

    Returns
    -------
    str or None
        Its id; None: the file says lists of its own, or nothing tells.
    """
    seen: set[Path] = set()
    folder = Path() if base_dir is None else Path(base_dir)
    while name.endswith(SUFFIXES):
        try:
            path = (folder / name).resolve()
            text, _ = read_yaml_file(path, name)
        except (InputFileError, OSError, RuntimeError, ValueError):
            return None
        data = text.data
        if path in seen or not isinstance(data, Mapping) or data.get("shape") is not None:
            return None
        if "extends" not in data:
            return FIRST if is_of_0_1(data) else None
        seen.add(path)
        folder = path.parent if base_dir is None else folder
        name = str(data["extends"])
    return name if name in available() else None
