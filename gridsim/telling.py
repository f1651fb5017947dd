"""How commands tell things: a sentence, a document, and what went wrong, in the language that they were asked for."""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec

import typer

from gridsim.compiling import shown_in
from gridsim.options import Lang
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gridsim.show.document import Block
    from gridsim.words import Lang as LangCode

__all__ = ["as_typed", "show", "tell_faults", "telling", "warn", "write_out"]

_Asked = ParamSpec("_Asked")

_OF_ONE_PIECE = re.compile(r"[\w./:\\~+,=@%-]+")  # letters of any script

_INTERRUPTED = 128 + 2  # as a shell has it: the number of SIGINT


def telling(command: Callable[_Asked, None]) -> Callable[_Asked, None]:
    """A command that tells what went wrong in the language that it was asked to speak, and ends with its exit code."""

    @functools.wraps(command)
    def told(*args: _Asked.args, **kwargs: _Asked.kwargs) -> None:
        from gridsim.errors import GridsimError, ResultError, ScenarioError, SentenceError

        lang: LangCode = "zh" if kwargs.get("lang") is Lang.zh else "en"
        warnings.showwarning = shown_in(lang)
        try:
            command(*args, **kwargs)
        except ScenarioError as error:
            from gridsim.io.report_faults import fault_report

            report = fault_report(error.faults, Sentence("bad input").told(lang), lang)
            tell_faults(report, error.notes, Lang(lang))
            raise typer.Exit(2) from None
        except ResultError as error:
            typer.echo(error.sentence.told(lang), err=True)
            raise typer.Exit(2) from None
        except SentenceError as error:
            typer.echo(Sentence("{place}: {what}", place="gridsim", what=error.sentence).told(lang), err=True)
            raise typer.Exit(1) from None
        except BrokenPipeError:
            raise  # who reads has seen enough, as `| head` has: typer ends the command without a word
        except (GridsimError, OSError) as error:
            typer.echo(f"gridsim: {error}", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt as error:
            for what in error.args:
                typer.echo(Sentence("{place}: {what}", place="gridsim", what=what).told(lang), err=True)
            raise typer.Exit(_INTERRUPTED) from None

    return told


def tell_faults(report: str, notes: Iterable[Sentence], lang: Lang) -> None:
    """A report of faults, and the notes that stand beside them, on the stream of errors."""
    typer.echo(report, err=True)
    warn(notes, lang)


def warn(warnings: Iterable[Sentence], lang: Lang) -> None:
    """The warnings of a scenario or a run, on the stream of errors."""
    from gridsim.io.report_faults import warning_text

    for warning in warnings:
        typer.echo(warning_text(warning, lang.value), err=True)


def as_typed(path: Path) -> str:
    """A path as it is typed in a command: in quotation marks where a shell would cut it."""
    text = str(path)
    return text if _OF_ONE_PIECE.fullmatch(text) else f'"{text}"'


def write_out(sentence: Sentence, lang: Lang) -> None:
    """A sentence."""
    typer.echo(sentence.told(lang.value))


def show(document: Iterable[Block]) -> None:
    """A document, as wide as the terminal; 140 columns into a file or a pipe."""
    from rich.console import Console

    from gridsim.show.terminal import terminal

    # Ids are shown as they are: "[x]" is no mark-up and ":x:" no picture.
    console = Console(markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(width=140, markup=False, emoji=False)
    console.print(terminal(document))
