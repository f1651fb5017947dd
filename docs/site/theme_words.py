"""Words of the theme that its own Chinese lacks."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Any

WORDS = {
    "Collapse Sidebar": "收起侧栏",
    "Expand Sidebar": "展开侧栏",
    "Color mode": "颜色模式",
    "System Settings": "跟随系统",
}


class Lacking(NullTranslations):
    """What is asked where the theme has no translation."""

    def gettext(self, message: str) -> str:
        """Its Chinese, or the message itself."""
        return WORDS.get(message, message)


def _add(app: Any) -> None:
    if app.config.language.startswith("zh"):
        app.translator.add_fallback(Lacking())


def setup(app: Any) -> dict[str, bool]:
    """Join in as an extension."""
    app.connect("builder-inited", _add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
