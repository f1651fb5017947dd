"""What `gridsim run --profile` shows: how long each stage took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gridsim.show.document import grid
from gridsim.words import Language

if TYPE_CHECKING:
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["stages_document"]


def stages_document(seconds: Mapping[str, float], lang: Lang) -> list[Block]:
    """Wall time by stage.

    Parameters
    ----------
    seconds : mapping of str to float
        [s] by stage.
    lang : {"en", "zh"}
    """
    words = Language(lang)
    foot = (words.say("all"), f"{sum(seconds.values()):.2f}")
    rows = [(stage, f"{time:.2f}") for stage, time in seconds.items()]
    return [grid((words.say("stage"), words.say("seconds")), rows, foot=foot, title=words.say("Wall time by stage"))]
