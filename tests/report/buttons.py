"""Every button of every chart of a page is pressed; nothing but a picture may come of it."""

from __future__ import annotations

from gridsim.analysis.charts.screen import ALLOWED_BUTTONS
from tests.report.page import Opened

__all__ = ["press_every_button"]

_CHARTS = ".js-plotly-plot"
_NAMES = "(e) => e._fullLayout._modeBar ? e._fullLayout._modeBar.buttons.flat().map((b) => b.name) : []"


def press_every_button(opened: Opened) -> list[str]:
    """Press every button that the charts shown have, and give the names of all of them.

    A button does the same on every chart (`ALLOWED_BUTTONS` are plotly's own): of charts with the same buttons one is
    pressed, the others are only read. Fails on a button that is not allowed, a link, a window, a request, a dialog, and
    a download that is no picture.
    """
    page, pressed = opened.page, []
    windows: list[str] = []
    saved: list[str] = []
    page.context.on("page", lambda window: windows.append(window.url))
    page.on("download", lambda download: saved.append(download.suggested_filename))
    page.on("websocket", lambda socket: opened.requests.append(socket.url))
    page.context.set_offline(True)  # what the test is to find does not reach anybody
    before = len(opened.requests)
    charts = [chart for chart in page.locator(_CHARTS).all() if chart.is_visible()]
    assert charts
    done: set[tuple[str, ...]] = set()
    for chart in charts:
        names: list[str] = chart.evaluate(_NAMES)
        assert names, "a chart without buttons tells nothing"
        unknown = set(names) - set(ALLOWED_BUTTONS)
        assert not unknown, f"unknown buttons: {unknown}"
        assert chart.locator("a[href]:not([href^='#']), a[target]").count() == 0, "a link out of the chart"
        buttons = chart.locator(".modebar-btn")
        assert buttons.count() == len(names), "more can be pressed than plotly tells of"
        for place, name in enumerate(names):
            pressed.append(f"{name}: {buttons.nth(place).get_attribute('data-title')}")
            if tuple(names) in done:
                continue
            if name == "toImage":
                with page.expect_download() as download:
                    buttons.nth(place).evaluate("(button) => button.click()")
                assert download.value.suggested_filename.endswith(".png")
            else:
                buttons.nth(place).evaluate("(button) => button.click()")
            assert chart.locator("[class*=dialog]").count() == 0, f"{name} opens a dialog"
        done.add(tuple(names))
    page.wait_for_timeout(300)
    assert not windows, windows
    asked = [url for url in opened.requests[before:] if not url.startswith(("blob:", "data:"))]
    assert not asked, asked
    assert all(name.endswith(".png") for name in saved), saved
    return pressed
