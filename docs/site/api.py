"""The pages of the API: every public name with its docstring, as autodoc and numpydoc show them, a page a module."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the gridsim and the tests beside these pages

from tests.public_names import MODULES, PublicName, public_names  # noqa: E402, after the path is set

FOLDER = "reference/api"
INNER = "objects"
"""The page of what is handed out, and not made by its name."""


def pages() -> Iterator[tuple[str, str, str]]:
    """Each page's name in the site, its title and its text."""
    members: dict[str, list[PublicName]] = {name.name: [] for name in public_names() if name.kind == "class"}
    single: dict[str, list[PublicName]] = {module: [] for module in (*MODULES, INNER)}
    for name in public_names():
        owner = name.name.rpartition(".")[0]
        if owner in members:
            members[owner].append(name)
        else:
            single[owner if owner in MODULES else INNER].append(name)
    for module, names in single.items():
        title = f"`{module}`" if module != INNER else "Objects that these hand out"
        blocks = [
            _directives(name, members.get(name.name, [])) for name in sorted(names, key=lambda of: of.name.lower())
        ]
        if blocks:
            yield f"{FOLDER}/{module}", title, "\n".join([f"# {title}\n", *blocks])


def _directives(name: PublicName, members: list[PublicName]) -> str:
    kind = "autoclass" if name.kind == "class" else "autofunction"
    lines = [f".. {kind}:: {name.name}", "   :no-members:" if name.kind == "class" else ""]
    for member in members:
        lines += ["", f"   .. {'autoproperty' if member.kind == 'property' else 'automethod'}:: {member.name}"]
    text = "\n".join(lines).rstrip()
    return f"## {name.name}\n\n```{{eval-rst}}\n{text}\n```\n"


def linked(listed: str) -> str:
    """The page that lists the names, each leading to its docstring."""
    return re.sub(r"^\| `(gridsim\.[\w.]+)` \|", r"| {py:obj}`\1` |", listed, flags=re.MULTILINE)
