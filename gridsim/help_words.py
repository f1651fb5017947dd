"""What ``--help`` shows, in the language asked for: typer writes it in English alone, and kinds of values as types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from gridsim.words import Lang, Language, msg, within

__all__ = ["help_texts", "kinds_in_words", "speak"]

_CONTEXT = "help"

# Typer's own words, each by where it stands in the text that it lays out.
_OF_TYPER = (
    (r"^Usage: (?P<usage>.*)", msg("Usage: {usage}")),
    (r"^Options:$", within("help", "Options:")),
    (r"^Arguments:$", within("help", "Arguments:")),
    (r"^Commands:$", within("help", "Commands:")),
    (r"(?<=  )\[required\]", within("help", "[required]")),
    (r"(?<=[\[ ])default: (?P<value>[^\];]*)", within("help", "default: {value}")),
    (r"(?<=[\[ ])env var: (?P<value>[^\];]*)", within("help", "environment variable: {value}")),
)
# What typer calls the kinds of values, and what stands behind each, which gives way to keep the columns.
_KINDS = (
    (r"<(?:path|list\[Path\])>(?P<behind> *)", within("help", "<path>")),
    (r"<(?:str|list\[str\])>(?P<behind> *)", within("help", "<text>")),
    (r"<(?:int|integer)(?: range)?>(?P<behind> *)", within("help", "<whole number>")),
    (r"<float(?: range)?>(?P<behind> *)", within("help", "<number>")),
)
_SHOW_HELP = "Show this message and exit."


def help_texts(command: Any) -> Iterator[str]:
    """Every text of a command and of all below it that a user reads as help; for the catalogue of words.

    Parameters
    ----------
    command : typer's command
    """
    yield _SHOW_HELP
    for text in (command.help, *(parameter.help for parameter in command.params if hasattr(parameter, "help"))):
        if text:
            yield text
    for below in getattr(command, "commands", {}).values():
        yield from help_texts(below)


def speak(command: Any, lang: Lang) -> None:
    """From now on, a command and all below it give their help in a language.

    Parameters
    ----------
    command : typer's command
    lang : {"en", "zh"}
    """
    words = Language(lang)
    in_typers_words, asked = command.get_help, command.get_help_option

    def get_help(context: Any) -> str:
        return "\n".join(_line(line, words) for line in in_typers_words(context).split("\n"))

    command.get_help = get_help
    for below in getattr(command, "commands", {}).values():
        speak(below, lang)
    if lang == "en":  # which the texts are written in
        return
    if command.help:
        command.help = words.say(within(_CONTEXT, command.help))
        command.short_help = command.help
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = words.say(within(_CONTEXT, parameter.help))

    def get_help_option(context: Any) -> Any:
        option = asked(context)
        if option is not None and option.help == _SHOW_HELP:
            option.help = words.say(within(_CONTEXT, _SHOW_HELP))
        return option

    command.get_help_option = get_help_option


def _line(line: str, words: Language) -> str:
    for pattern, template in _OF_TYPER:

        def spoken(found: re.Match[str], template: str = template) -> str:
            return words.say(template, **found.groupdict())

        line = re.sub(pattern, spoken, line)
    return kinds_in_words(line, words)


def kinds_in_words(line: str, words: Language) -> str:
    """A line of help with the kinds of values by name: ``<text>`` for ``<list[str]>``.

    Parameters
    ----------
    line : str
        As typer has it.
    words : Language

    Examples
    --------
    >>> kinds_in_words("--table <list[str]>", Language("en"))
    '--table <text>'
    """
    for pattern, template in _KINDS:

        def called(found: re.Match[str], template: str = template) -> str:
            name, behind = words.say(template), found["behind"]
            room = len(found[0]) - _width(name)
            return name + " " * (max(room, 2) if len(behind) > 1 else len(behind))

        line = re.sub(pattern, called, line)
    return line


def _width(text: str) -> int:
    """Columns of a terminal that a text takes: Chinese takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
