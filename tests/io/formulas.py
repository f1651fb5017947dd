"""What a spreadsheet would take for a formula."""

from __future__ import annotations

STARTS = "=+-@＝＋－＠\t\r\n"


def is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()


def is_safe(text: str) -> bool:
    return not text or text[0] not in STARTS or is_number(text)
