"""Every colour of every chart has one that stands for it on a dark page, and letters can be read there."""

from __future__ import annotations

import re

from gridsim.analysis.charts import style
from gridsim.analysis.charts.night import NIGHT
from tests.analysis.charts.drawn import every_chart


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_of_every_chart_has_its_own_at_night() -> None:
    drawn: set[str] = set()
    for chart in every_chart("plotly", "en"):
        text = chart.figure.to_json()
        drawn |= set(re.findall(r"#[0-9a-f]{6}(?=\")", text))
        mixed = re.findall(r"rgba\((\d+),(\d+),(\d+),", text)
        drawn |= {f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in mixed}
        assert '"white"' not in text and '"black"' not in text, chart.name
    assert len(drawn) > 15
    assert drawn <= set(NIGHT), drawn - set(NIGHT)


def test_letters_can_be_read_by_day_and_by_night() -> None:
    for letters in (style.INK, style.GREY):
        assert contrast(letters, style.WHITE) >= 4.5
        assert contrast(NIGHT[letters], NIGHT[style.WHITE]) >= 4.5
    marks = (style.BLUE, style.ORANGE, style.TEAL, style.RED, style.AMBER, style.GREEN, style.VIOLET, style.BROWN)
    for mark in marks:  # what is no text: 3 to 1, and amber by day is what it is
        assert contrast(NIGHT[mark], NIGHT[style.WHITE]) >= 3
