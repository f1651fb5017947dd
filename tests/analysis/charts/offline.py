"""What a configuration of plotly's script offers, and where it stands in a page."""

from __future__ import annotations

import json
import re
from typing import Any

from gridsim.analysis.charts.screen import ALLOWED_BUTTONS

__all__ = ["configs", "is_offline"]


def is_offline(config: dict[str, Any]) -> bool:
    buttons = [name for group in config["modeBarButtons"] for name in group]
    return (
        config["showSendToCloud"] is False
        and config["displaylogo"] is False
        and not config.get("plotlyServerURL")
        and buttons != []
        and set(buttons) <= set(ALLOWED_BUTTONS)
        and "modeBarButtonsToAdd" not in config
    )


def configs(html: str) -> list[dict[str, Any]]:
    """What each call of plotly's script is configured with: its fourth argument, and a `config` of a figure's JSON."""
    decoder, found, value = json.JSONDecoder(), [], None
    calls = [match.end() for match in re.finditer(r'Plotly\.(?:newPlot|react)\(\s*"[^"]+",\s*', html)]
    for at in calls:
        for _ in range(3):
            value, at = decoder.raw_decode(html, at)
            at += len(re.match(r"[,\s]*", html[at:]).group())  # type: ignore[union-attr]
        found.append(value)
    return found
