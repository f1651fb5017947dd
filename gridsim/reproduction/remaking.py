"""Make a stored result again from what it holds, and compare the two byte by byte."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gridsim.analysis.changes import changes_between, rule_changes
from gridsim.errors import ResultError
from gridsim.integrity.compared import differences
from gridsim.io.stored_manifest import MANIFEST, facts_of, read_manifest
from gridsim.io.table_files import Format
from gridsim.manifest import versions_now
from gridsim.reproduction.made import FileAgain, Remade, VersionThen
from gridsim.reproduction.view import reproduction_document
from gridsim.result import Result
from gridsim.rules import RuleSet, available
from gridsim.rules import load as load_rules
from gridsim.simulate import run, unsettled
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import os

    from gridsim.analysis.changes import Change
    from gridsim.scenario import Scenario
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["Reproduction", "reproduce"]

_OF_ITS_TIME = ("versions", "files", "format", "warnings", "sentences")
"""What a manifest tells of who made it, of the files, which are compared themselves, and of how the scenario's own
files were read, which the result does not hold."""


@helpful
class Reproduction(Remade):
    """What came of making a result again. Made by `gridsim.reproduce`.

    Attributes
    ----------
    directory : str
        Of the stored result.
    versions : tuple of VersionThen
        gridsim, Python, libraries: those that differ.
    is_own_rules : bool
        The rule set is not one that gridsim ships; the manifest's own was used.
    shape : MarketShape
        Of the market, for its words.
    rules : tuple of Change
        Values of the shipped rule set that are not what they were. The manifest's own were used.
    hashes : (str, str)
        Of the scenario, as the manifest has it and as it comes out of what is stored.
    inputs : tuple of Change or None
        What differs in the scenario that was named for comparison; None if none was.
    files : tuple of FileAgain
        Each with whether it has the same bytes, and if not, where it differs.
    """

    def _repr_html_(self) -> str:
        from gridsim.show.html import html

        return html(self.document(spoken_lang()))

    def document(self, lang: Lang | None = None) -> list[Block]:
        """What `gridsim reproduce` shows.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        list of Block
            Texts and tables, which `gridsim.show` writes as text, HTML or Markdown.

        Examples
        --------
        >>> from gridsim.show.markdown import markdown
        >>> result.save("out")
        >>> print(markdown(gridsim.reproduce("out").document()).splitlines()[0])
        Program: gridsim, its revision, Python and the libraries are those of then.
        """
        return reproduction_document(self, spoken_lang(lang))


@helpful
def reproduce(
    directory: str | os.PathLike[str], *, scenario: Scenario | None = None, threads: int | None = None
) -> Reproduction:
    """Make a stored result again, from the inputs and rules that it holds, and compare every file byte by byte.

    Nothing is written but to a temporary folder.

    Parameters
    ----------
    directory : str or Path
        Folder of results.
    scenario : Scenario, optional
        The scenario as it is today: what differs from the stored inputs and rules is told. It is not what is run.
    threads : int, optional
        How many settle side by side; as many as there are processors if left out. The bytes are the same.

    Returns
    -------
    Reproduction
        Which files are the same byte by byte, and what differs in versions, rules and inputs.

    Raises
    ------
    ResultError
        The folder holds no result, a file is not the one that was written, or what it holds is such as no run has.

    Examples
    --------
    >>> gridsim.run(gridsim.example("henan-2021-mini")).save("out")
    >>> gridsim.reproduce("out").is_same
    True
    """
    folder = Path(directory)
    if (folder / "batch.json").is_file():
        raise ResultError(
            Sentence(
                "{path}: a batch is run again from its plan: --plan PLAN.yaml, in Python gridsim.batch.reproduce",
                path=folder,
            )
        )
    stored = Result.load(folder)
    manifest = read_manifest(folder)
    then = stored.scenario()
    again = run(then, threads=threads)
    return Reproduction(
        str(directory),
        _versions(manifest["versions"]),
        stored.rules.id not in available(),
        stored.rules.shape,
        _rules(stored.rules),
        (manifest["scenario"]["hash"], then.hash),
        None if scenario is None else _inputs(stored, scenario),
        _files(folder, manifest, stored, again),
    )


def _versions(then: Mapping[str, str]) -> tuple[VersionThen, ...]:
    now = versions_now()
    return tuple(
        VersionThen(name, str(then.get(name, "")), now.get(name, ""))
        for name in dict.fromkeys([*then, *now])
        if then.get(name) != now.get(name)
    )


def _rules(then: RuleSet) -> tuple[Change, ...]:
    """What the shipped rule set of that name says otherwise today, under the overrides of then."""
    if then.id not in available():
        return ()
    now = load_rules(then.id)
    # What was overridden then is no change of the rule set.
    overridden = set(then.overrides)
    return tuple(change for change in rule_changes(then, now) if change.name not in overridden)


def _inputs(stored: Result, scenario: Scenario) -> tuple[Change, ...]:
    return tuple(change for change in changes_between(stored, unsettled(scenario)) if change.kind != "program")


def _files(folder: Path, manifest: Mapping[str, Any], stored: Result, again: Result) -> tuple[FileAgain, ...]:
    with tempfile.TemporaryDirectory(prefix="gridsim-") as place:
        again.save(place, cast("Format", manifest["format"]))
        made = read_manifest(Path(place))
        told = manifest.get("files") or {  # a result of 0.1 tells of none
            name: facts_of(folder / name, 0) for name in made["files"] if (folder / name).is_file()
        }
        files = [
            _file(name, told.get(name), made["files"].get(name), stored, again)
            for name in dict.fromkeys([*told, *made["files"]])
        ]
    return (*files, _manifest(folder, manifest, made))


def _file(
    name: str, then: Mapping[str, Any] | None, now: Mapping[str, Any] | None, stored: Result, again: Result
) -> FileAgain:
    if then is None or now is None:
        what = Sentence("is new") if then is None else Sentence("is not made any more")
        return FileAgain(name, 0 if then is None else then["bytes"], False, (what,))
    if then["sha256"] == now["sha256"]:
        return FileAgain(name, then["bytes"], True)
    table = Path(name).stem
    if "/" in name:
        one, other = stored.inputs[table], again.inputs[table]
        found = differences(table, [one], [other], (one.num_rows, other.num_rows))
    else:
        lengths = (stored.manifest["counts"]["results"][table], again.manifest["counts"]["results"][table])
        found = differences(table, stored.exact.parts(table), again.exact.parts(table), lengths)
    return FileAgain(name, then["bytes"], False, tuple(found))


def _manifest(folder: Path, then: Mapping[str, Any], now: Mapping[str, Any]) -> FileAgain:
    size = (folder / MANIFEST).stat().st_size
    parts = [
        key
        for key in dict.fromkeys([*then, *now])
        if key not in _OF_ITS_TIME and (key not in then or key not in now or then[key] != now[key])
    ]
    told = tuple(Sentence("{part} differs", part=part) for part in parts)
    return FileAgain(MANIFEST, size, not parts, told)
