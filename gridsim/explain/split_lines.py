"""What is said of energy that is shared out to whole kWh (rulebook part 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import energy_share, is_tied
from gridsim.show.numbers import energy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.explain.arithmetic import Share
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["all_whole", "share_texts", "split_leans", "split_lines"]


def split_lines(words: Wording, given: str, blanks: dict[str, str], shares: Sequence[Share]) -> list[Block]:
    """What is shared out, and how many kWh are left over when the shares are rounded down."""
    lines: list[Block] = [words.say(given, **blanks)]
    left = sum(share.extra for share in shares)
    if left:
        lines.append(
            words.say("Rounded down, the shares leave {left} kWh; column “+kWh” says who gets them.", left=left)
        )
    return lines


def share_texts(share: Share) -> tuple[str, str, str]:
    """A share before it is rounded, the kWh that it got of those left over, and the share."""
    return energy_share(share.exact), str(share.extra or ""), energy(share.value)


def all_whole(shares: Sequence[Share]) -> bool:
    """Whether all shares are whole kWh as they are."""
    return not any(share.extra for share in shares)


def split_leans(path: str, shares: Sequence[Share]) -> tuple[str, ...]:
    """The readings that a split rests on: one share alone rests on none."""
    if len(shares) == 1:
        return ()
    return (path, "settlement.last_kwh") if is_tied(shares) else (path,)
