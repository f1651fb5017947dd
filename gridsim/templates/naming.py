"""What a new scenario is called: as its folder, if nobody says otherwise."""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

__all__ = ["name_of", "renamed", "settings_text"]

_KEY = "name:"


def name_of(folder: Path) -> str:
    """The name of a folder, of ``.`` too; what is no text in it is replaced, as a scenario is UTF-8."""
    return os.fsencode(folder.resolve().name).decode("utf-8", "replace")


def renamed(settings: str, name: str) -> str:
    """A ``scenario.yaml`` under another name.

    Parameters
    ----------
    settings : str
        With a line for its name.
    name : str
    """
    line = settings_text({"name": name})
    return "".join(line if each.startswith(_KEY) else each for each in settings.splitlines(keepends=True))


def settings_text(settings: Mapping[str, object]) -> str:
    """Settings as YAML, a line for each; what YAML would take for something else than a text is quoted."""
    from ruamel.yaml import YAML  # heavy, and needed only here

    writer, text = YAML(typ="safe", pure=True), StringIO()
    writer.default_flow_style, writer.allow_unicode, writer.width = False, True, 1_000_000
    for key, value in settings.items():  # one by one, or the writer would sort them
        writer.dump({key: value}, text)
    return text.getvalue()
