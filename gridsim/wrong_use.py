"""What is told of a command that was called wrongly, in Chinese: typer says it in English alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import IO, Any

import typer

from gridsim.spoken import spoken_lang
from gridsim.words import Language, Sentence, msg, verbatim

__all__ = ["asks_for_chinese", "tell_wrong_use_in_chinese", "told_of_use", "without_language"]

# Typer's own sentences, those of the library that it stands on, and what they are called in ours. A sentence that is
# not here, of a later version perhaps, is told as it stands.
_SENTENCES = (
    (r"Missing (?:argument|option|parameter) '(?P<name>[^']*)'\.?.*", msg("{name} is missing")),
    (r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<names>.*)\))?", msg("there is no option {name}")),
    (r"No such command '(?P<name>[^']*)'\..*", msg("there is no command {name}")),
    (r"Missing command\.", msg("a command is missing")),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<name>.*)\)", msg("too many arguments: {name}")),
    (r"Option '?(?P<name>[^' ]*)'? requires an argument\.", msg("{name}: its value is missing")),
    (
        r"Invalid value for '(?P<name>[^']*)': (?:Value error, )?(?P<value>'.*') is not one of (?P<names>.*?)\.?",
        msg("{name}: unknown value {value}"),
    ),
    (
        r"Invalid value for '(?P<name>[^']*)': Input should be greater than or equal to (?P<number>\S+)",
        msg("{name}: at least {number}"),
    ),
    (
        r"Invalid value for '(?P<name>[^']*)': Input should be less than or equal to (?P<number>\S+)",
        msg("{name}: at most {number}"),
    ),
    (
        r"Invalid value for '(?P<name>[^']*)': (?:Input should be a valid integer.*|'.*' is not a valid int.*)",
        msg("{name}: not a whole number"),
    ),
)


def asks_for_chinese(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for Chinese, before typer has read it: no command has begun that would know."""
    given = " ".join(arguments).replace("=", " ").split()
    asked = [language for option, language in pairwise(given) if option == "--lang"]
    if asked:
        return asked[-1] == "zh"
    return spoken_lang(otherwise="zh" if given[:1] == ["statements"] else "en") == "zh"


def without_language(arguments: Sequence[str]) -> list[str]:
    """A command line without what it says of its language."""
    kept = []
    skipped = False
    for argument in arguments:
        if not skipped and not argument.startswith("--lang"):
            kept.append(argument)
        skipped = argument == "--lang"
    return kept


def told_of_use(message: str) -> Sentence:
    """A sentence of typer's as one of ours, which knows its Chinese.

    Examples
    --------
    >>> told_of_use("No such option: --wrong").zh
    '没有选项 --wrong'
    """
    for pattern, template in _SENTENCES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is None:
            continue
        parts: dict[str, Any] = {name: text for name, text in found.groupdict().items() if text is not None}
        allowed = parts.pop("names", None)
        told = Sentence.of(template, **parts)
        if allowed is None:
            return told
        names = verbatim(allowed.replace("'", ""))
        return Sentence("{what}; there are: {names}", what=told, names=names)
    return verbatim(message)


def tell_wrong_use_in_chinese() -> None:
    """From now on, this process tells of wrong arguments in Chinese."""
    usage_error: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError")
    usage_error.show = _show


def _show(error: Any, file: IO[Any] | None = None) -> None:
    words = Language("zh")
    if error.ctx is not None:
        usage = error.ctx.get_usage().removeprefix("Usage: ")
        typer.echo(words.say("Usage: {usage}", usage=usage), file=file, err=file is None)
        typer.echo(
            words.say("{command} --help tells more.", command=error.ctx.command_path), file=file, err=file is None
        )
        typer.echo(file=file, err=file is None)
    told = told_of_use(error.format_message()).zh
    typer.echo(words.say("Error: {what}", what=told), file=file, err=file is None)
