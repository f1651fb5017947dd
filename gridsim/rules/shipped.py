"""The rule sets that gridsim ships: a YAML file each, and beside it the same once more as JSON.

Parsing the YAML took longer than all else that a small run does with the rules. The YAML is what people read and
change; the JSON is written from it by ``make docs``, and counts only as long as it was made from that very text. A
rule set that was just added has none yet.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from typing import Any

from gridsim.errors import Fault
from gridsim.rules.yamltext import YamlText, read_yaml
from gridsim.wrong_call import helpful

__all__ = ["FIRST", "available", "data_of", "parsed", "shipped_text"]

FIRST = "henan-2021"
"""The rule set of gridsim 0.1: what files of then do not say is as it says, and so is what nobody names a set for."""


@helpful
def available() -> tuple[str, ...]:
    """The ids of the rule sets that gridsim ships.

    Returns
    -------
    tuple of str
        What `gridsim.rules.load` takes by its name.

    Examples
    --------
    >>> gridsim.rules.available()
    ('henan-2021', 'jiangsu-2023')
    """
    files = (resources.files("gridsim.rules") / "data").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


@cache
def shipped_text(name: str) -> tuple[YamlText, list[Fault]]:
    """What a shipped rule set says; from its JSON without lines."""
    folder = resources.files("gridsim.rules") / "data"
    content = (folder / f"{name}.yaml").read_bytes()
    written = folder / f"{name}.json"
    data = data_of(content, written.read_bytes()) if written.is_file() else None
    return read_yaml(content, f"{name}.yaml") if data is None else (YamlText(data, {}), [])


def parsed(content: bytes, file: str) -> str:
    """The JSON of a YAML file that has no fault: its plain data, and of which text."""
    text, faults = read_yaml(content, file)
    assert not faults, faults
    return json.dumps({"sha256": _digest(content), "data": text.data}, ensure_ascii=False, separators=(",", ":")) + "\n"


def data_of(content: bytes, json_text: bytes) -> Any:
    """The plain data of a YAML file as its JSON has it; None if the JSON was made from another text."""
    found = json.loads(json_text)
    return found["data"] if found["sha256"] == _digest(content) else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
