"""What is told of a result that was made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.compare_view import changes_grid
from gridsim.names import NamingLanguage
from gridsim.show.document import Text, grid
from gridsim.show.numbers import count
from gridsim.words import msg, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.reproduction.made import Remade
    from gridsim.show.document import Block, Grid
    from gridsim.words import Lang

__all__ = ["reproduction_document"]


def reproduction_document(made: Remade, lang: Lang) -> list[Block]:
    """What differs from then: program, rules, inputs; and whether the files are the same.

    Parameters
    ----------
    made : Remade
    lang : {"en", "zh"}
    """
    words = NamingLanguage(lang, made.shape)
    return [
        *_program(made, words),
        *_rules(made, words),
        *_inputs(made, words),
        "",
        *_files(made, words),
    ]


def _program(made: Remade, words: NamingLanguage) -> Sequence[Block]:
    if not made.versions:
        return [words.say("Program: gridsim, its revision, Python and the libraries are those of then.")]
    none = words.say("none")
    heads = (msg("program"), within("version", "then"), within("version", "today"))
    rows = [(each.name, each.then or none, each.now or none) for each in made.versions]
    return [grid(tuple(map(words.say, heads)), rows, texts=3, title=words.say("Program: what differs")), ""]


def _rules(made: Remade, words: NamingLanguage) -> Sequence[Block]:
    if made.is_own_rules:
        return [words.say("Rules: a rule set of your own; that of the manifest was used.")]
    if not made.rules:
        return [words.say("Rules: those of then; gridsim ships the same.")]
    title = words.say("Rules: gridsim ships other values today; those of the manifest were used")
    return [changes_grid(made.rules, words, title), ""]


def _inputs(made: Remade, words: NamingLanguage) -> Sequence[Block]:
    told: list[Block] = []
    if made.hashes[0] == made.hashes[1]:
        told.append(words.say("Inputs: those of then (hash {hash}).", hash=made.hashes[0][:12]))
    else:
        what = words.say(
            "Inputs: what is stored has the hash {now}, where the manifest has {then}.",
            now=made.hashes[1][:12],
            then=made.hashes[0][:12],
        )
        told.append(Text.of((what, "warning")))
    if made.inputs is None:
        return told
    if not made.inputs:
        return [*told, words.say("The scenario of today is the same.")]
    title = words.say("The scenario of today: what differs")
    return [*told, "", changes_grid(made.inputs, words, title)]


def _files(made: Remade, words: NamingLanguage) -> Sequence[Block]:
    other = [file for file in made.files if not file.is_same]
    size = count(sum(file.size for file in made.files))
    if not other:
        same = words.say("Made again: all {count} files are the same, byte for byte ({bytes} bytes).",
                         count=len(made.files), bytes=size)  # fmt: skip
        return [Text.of((same, "strong"))]
    what = words.say("Made again: {other} of {count} files are not the same.", other=len(other), count=len(made.files))
    return [Text.of((what, "warning")), "", _table(made, words)]


def _table(made: Remade, words: NamingLanguage) -> Grid:
    rows = []
    for file in made.files:
        if not file.is_same:
            told = "\n".join(each.told(words.lang) for each in file.differences)
            rows.append((file.name, told or words.say("all values are the same; they are written otherwise")))
    return grid((words.say("file"), words.say("first differences")), rows, texts=2)
