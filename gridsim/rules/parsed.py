"""A shipped rule set once more as JSON, beside its YAML.

Parsing the YAML took longer than all else that a small run does with the rules. The YAML is what people read and
change; the JSON is written from it by ``make docs``, and counts only as long as it was made from that very text.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from gridsim.rules.yamltext import read_yaml

__all__ = ["data_of", "parsed"]


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
