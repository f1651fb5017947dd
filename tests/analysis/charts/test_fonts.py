"""Chinese characters are really drawn: the font has them, and without one we say so instead of drawing boxes."""

from __future__ import annotations

import os
from typing import Any

import pytest

from gridsim.analysis.charts import fonts
from tests.analysis.charts.drawn import every_chart
from tests.shared import fresh


@pytest.fixture
def _chinese_font() -> None:
    """Only asked where it is needed: looking through all fonts of a machine takes its time."""
    if fonts.chinese_family() is None and not os.environ.get("GRIDSIM_REQUIRE_TOOLS"):
        pytest.skip("no font with Chinese characters here")


def texts_of(figure: Any) -> list[Any]:
    from matplotlib.text import Text

    return [text for text in figure.findobj(Text) if text.get_text().strip()]


@pytest.mark.slow
@pytest.mark.usefixtures("_chinese_font")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_sign_is_in_a_font_of_its_text(lang: str) -> None:
    from matplotlib.font_manager import fontManager
    from matplotlib.ft2font import FT2Font

    for chart in every_chart("matplotlib", lang):
        figure = chart.figure
        figure.canvas.draw()  # a missing glyph warns, and a warning is an error here
        chinese = 0
        for text in texts_of(figure):
            paths = fontManager._find_fonts_by_props(text.get_fontproperties())
            faces = [
                FT2Font(path) if isinstance(path, str) else FT2Font(path.path, face_index=path.face_index)
                for path in paths
            ]
            for sign in text.get_text().replace("\n", ""):
                assert any(face.get_char_index(ord(sign)) for face in faces), (chart.name, sign)
                chinese += fonts.has_chinese(sign)
        assert chinese > 10 or lang == "en", chart.name


@pytest.mark.usefixtures("_chinese_font")
def test_characters_are_not_all_one_box() -> None:
    """Different characters have different outlines, and none is empty; boxes would be alike."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(family=fonts.families_for("zh", []))
    outlines = [TextPath((0, 0), sign, size=30, prop=font).vertices for sign in "电量偏差"]
    assert all(len(outline) > 20 for outline in outlines)
    assert len({outline.tobytes() for outline in outlines}) == len(outlines)


def test_without_a_font_a_chinese_chart_is_refused_and_an_english_one_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    with pytest.raises(fonts.MissingFontError, match="fonts-noto-cjk"):
        _ = fresh().plot.cost_waterfall(backend="matplotlib", lang="zh").figure
    with pytest.warns(fonts.MissingFontWarning, match="boxes"):
        assert fonts.families_for("en", ["合成第一发电厂"]) == ["DejaVu Sans"]
    assert fonts.families_for("en", ["G1"]) == ["DejaVu Sans"]


@pytest.mark.usefixtures("_chinese_font")
def test_a_font_that_matplotlib_does_not_know_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.font_manager import fontManager

    known = [entry for entry in fontManager.ttflist if "CJK" not in entry.name and not fonts._covers(entry)]
    monkeypatch.setattr(fontManager, "ttflist", known)
    monkeypatch.setattr(fonts, "_found", [])
    assert fonts.chinese_family() is not None


def test_a_font_whose_characters_are_all_one_glyph_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matplotlib's font of last resort has every character in its map, and one box for all of them."""
    from matplotlib import font_manager

    last_resort = [entry for entry in font_manager.fontManager.ttflist if "LastResort" in entry.fname]
    if not last_resort:
        pytest.skip("this matplotlib has no font of last resort")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", last_resort)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    monkeypatch.setattr(fonts, "_found", [])
    assert fonts.chinese_family() is None


def test_fonts_are_looked_for_only_when_something_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "chinese_family", lambda: pytest.fail("too early"))
    assert fresh().plot.cost_waterfall(backend="matplotlib", lang="zh").table is not None
