"""What a stored manifest tells in another language."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import gridsim
from gridsim.manifest import warnings_of
from gridsim.words import Sentence
from tests.shared import scenario_in


def test_warnings_are_told_in_chinese_after_they_were_stored(tmp_path: Path) -> None:
    """The manifest holds what tells each sentence beside its English; an older one holds the English alone."""
    warned = (Sentence("1 row {what}", what=Sentence("is confirmed before being filed")),)
    result = gridsim.run(dataclasses.replace(scenario_in(), warnings=warned))
    result.save(tmp_path / "out")
    loaded = gridsim.Result.load(tmp_path / "out")
    assert (
        [str(warning) for warning in loaded.warnings]
        == list(loaded.manifest["warnings"])
        == ["1 row is confirmed before being filed"]
    )
    assert [warning.zh for warning in loaded.warnings] == [warned[0].zh] != ["1 row is confirmed before being filed"]
    for sentences in (None, [], {"1 row is confirmed before being filed": {"text": "too large", "blanks": {}}}):
        older = {"warnings": list(loaded.manifest["warnings"]), "sentences": sentences}
        assert [warning.zh for warning in warnings_of(older)] == ["1 row is confirmed before being filed"]
