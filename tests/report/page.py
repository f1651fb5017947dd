"""Reports that tests open, and the browser that they open them in."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import gridsim
from tests.shared import MINI

# Names that would run, break out or stand for something else if they were not escaped.
EVIL = {
    "U5": "<script>alert('U5')</script>",
    "U4": '用户 & "四" <b>号</b>',
    "G1": "</script><img src=http://127.0.0.1:9/x onerror=alert(1)>",
    "R1": "{{ 7*7 }} %{y} $x^2$",
}


_NAMES = {"合成钢厂": "U5", "合成食品厂": "U4", "合成第一发电厂": "G1", "合成售电公司": "R1"}


def evil(directory: Path) -> gridsim.Result:
    """The mini scenario with other ids, which are names too: charts show names."""
    other = EVIL | {name: EVIL[who] for name, who in _NAMES.items()}
    shutil.copytree(MINI, directory, dirs_exist_ok=True)
    for path in directory.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[other.get(cell, cell) for cell in row] for row in csv.reader(file)]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return gridsim.run(gridsim.load(directory))


def chromium() -> str | None:
    """The browser: named by the environment, or on the path; first the one without windows, a third cheaper a page."""
    named = os.environ.get("GRIDSIM_CHROMIUM")
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return named or next((path for name in names if (path := shutil.which(name))), None)


needs_browser = pytest.mark.skipif(
    chromium() is None and not os.environ.get("GRIDSIM_REQUIRE_TOOLS"),
    reason="no Chromium here (install one, or name it in GRIDSIM_CHROMIUM)",
)


_PATIENCE = 120_000  # [ms] what a page is waited for: it fails what hangs, and nothing that is slow


class Opened:
    """A page, and everything that it asked for or complained of."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.set_default_timeout(_PATIENCE)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def open(self, path: Path, fragment: str = "") -> None:
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_selector("html[data-ready=yes]")
        self.wait_for_charts()

    def wait_for_charts(self) -> None:
        """Until every chart that is shown has been drawn."""
        shown = "[...document.querySelectorAll('.chart')].filter((e) => e.offsetParent)"
        self.page.wait_for_function(f"() => {shown}.every((e) => e.querySelector('svg'))")

    def assert_quiet(self, path: Path) -> None:
        """Nothing but the file was asked for, and nothing was complained of."""
        assert {url.split("#")[0] for url in self.requests} == {path.as_uri()}
        assert not self.complaints, self.complaints


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium that keeps to itself."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        arguments = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--disable-dev-shm-usage",
        ]
        process = driver.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield process
        finally:
            process.close()
