"""What the commands say of compiling: that the first run waits for it, or that every run will."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from gridsim.words import Lang, Sentence

__all__ = ["shown_in", "tell_of_compiling"]


def tell_of_compiling(must_compile: bool, lang: Lang) -> None:
    """Say what the first run on a machine waits for; where every run waits, a warning says so instead."""
    from gridsim.core.keeping import is_kept
    from gridsim.words import Sentence

    if must_compile and is_kept():
        _tell(Sentence("Compiling the kernels for this machine: some ten seconds, this once."), lang)


def shown_in(lang: Lang) -> Callable[..., None]:
    """What `warnings.showwarning` is to be in a command: that code cannot be kept is a sentence in its language."""
    shown_by_python = warnings.showwarning

    def show(message: Warning | str, *place: Any) -> None:
        from gridsim.core.keeping import UncachedWarning
        from gridsim.words import Sentence, verbatim

        if not isinstance(message, UncachedWarning):
            shown_by_python(message, *place)
            return
        why = verbatim(message.why) if message.why else Sentence("no folder for it can be written")
        _tell(
            Sentence(
                "Compiling the kernels takes some ten seconds in every run, because their machine code cannot be kept: "
                "{why}. To keep it, set the environment variable NUMBA_CACHE_DIR to a folder that can be written.",
                why=why,
            ),
            lang,
        )

    return show


def _tell(sentence: Sentence, lang: Lang) -> None:
    typer.echo(sentence.zh if lang == "zh" else sentence, err=True)
