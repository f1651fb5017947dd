"""What the tables of a result say in words, in the column ``detail``: stored in English, told in either language.

The tables hold these texts as they are, and the text itself tells which sentence it is.
"""

from __future__ import annotations

import re
from functools import cache

from gridsim.words import Sentence, msg, verbatim

__all__ = ["COMPLIANCE", "REJECTED", "detail_of"]

_NO_UNIT = msg("the buyer has no settlement unit that trades this product")

REJECTED = {
    ("bilateral", "unconfirmed"): msg("the buyer never confirmed this filing"),
    ("bilateral", "outside_window"): msg("filed or confirmed outside the window of its session"),
    ("bilateral", "product_not_allowed"): _NO_UNIT,
    ("bilateral", "superseded"): msg("a filing of the same contract that was confirmed later stands instead"),
    ("orders", "outside_window"): msg("submitted outside the window of its session"),
    ("orders", "product_not_allowed"): _NO_UNIT,
    ("orders", "wrong_side"): msg(
        "new energy is sold by generators and bought by users and retailers; the other side is that of a transfer"
    ),
    ("orders", "no_transfers"): msg("the session allows no transfers"),
    ("orders", "only_transfers"): msg("the session is one of transfers alone"),
    ("orders", "own_periods"): msg("a unit with periods of its own trades bilaterally only"),
    ("orders", "superseded"): msg(
        "a later submission of the same participant for the same book and side stands instead"
    ),
    ("orders", "one_direction"): msg("the same participant gives energy of that month and product away"),
    ("orders", "exceeds_contracts"): msg("more than what its contracts of that month and product leave to give away"),
}
"""Why a row was not used, by table and reason."""

COMPLIANCE = {
    "direct_access": msg("value: mean annual consumption of the history given [MWh], above limit"),
    "mode": msg(
        "value: mean annual consumption of the history given [MWh]; from limit on, on the peak-valley tariff, tou is "
        "asked for"
    ),
    "mode_encouraged": msg(
        "value: mean annual consumption of the history given [MWh]; from limit on, tou is encouraged: for information"
    ),
    "annual_cover": msg("value: annual contracts / mean consumption of the last {years} years"),
    "total_cover": msg("value: all contracts / mean consumption of the last {years} years"),
    "window_at_least": msg("window: value: working days it touches, at least limit"),
    "window_exactly": msg("window: value: working days it touches, exactly limit"),
    "close": msg("close: value: day on which it closes, not after limit"),
    "close_before": msg("close: value: day on which it closes, before limit"),
    "announcement": msg("announcement: value: day of its announcement, before limit and in the same month"),
    "announcement_by": msg("announcement: value: day of its announcement, not after limit and in the same month"),
    "delivery": msg("delivery: value: what the session delivers, limit: what its kind delivers"),
    "metered_shares": msg("metered_shares: value: largest gap between contract shares by period and metered shares"),
    "hour_shares": msg(
        "hour_shares: value: largest gap between contract shares by period and shares of the hours of the day"
    ),
    "metered_to_contracted": msg("metered_to_contracted: value: metered / contracted energy"),
    "overrun_share": msg("overrun_share: value: overrun / metered energy"),
    "shortfall_share": msg("shortfall_share: value: shortfall / contracted energy"),
}
"""What value and limit of a check are, by check, or by what is measured where a check measures several things."""


def detail_of(text: str) -> Sentence:
    """The sentence that a table holds; a text of which gridsim knows nothing is told as it stands.

    Examples
    --------
    >>> detail_of("value: all contracts / mean consumption of the last 3 years").zh
    '数值：全部合同 ÷ 最近 3 年的平均用电量'
    """
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return Sentence.of(template, **found.groupdict())
    return verbatim(text)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    templates = dict.fromkeys((*REJECTED.values(), *COMPLIANCE.values()))
    return tuple(
        (template, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>\\d+)", re.escape(template)))) for template in templates
    )
