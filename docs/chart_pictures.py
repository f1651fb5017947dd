"""Draw the pictures of the how-to pages: charts of the synthetic province, its report if there is a browser."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))  # the tree beside this script, not some installed gridsim

import gridsim  # noqa: E402, after the path is set
from gridsim.report.html import write_report  # noqa: E402

IMAGES = DOCS / "images"
WIDTH = 1100


def keep(image: bytes, name: str) -> None:
    """A small PNG: 900 pixels wide and of 256 colours."""
    from PIL import Image

    picture = Image.open(io.BytesIO(image)).convert("RGB")
    picture = picture.resize((900, round(picture.height * 900 / picture.width)), Image.Resampling.LANCZOS)
    picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(IMAGES / name, optimize=True)
    print(f"written: docs/images/{name}")


def charts(result: gridsim.Result) -> None:
    """A chart in each language."""
    for name, chart in {
        "chart-book.png": result.plot.supply_demand("AM-2021", "total", backend="matplotlib"),
        "chart-waterfall.zh.png": result.plot.cost_waterfall(
            where={"retailer": "R0003"}, backend="matplotlib", lang="zh"
        ),
    }.items():
        drawn = io.BytesIO()
        chart.figure.savefig(drawn, format="png", dpi=200)
        keep(drawn.getvalue(), name)


def reports(result: gridsim.Result) -> None:
    """The head of the report, and of a page for one party in each language, as a browser shows them."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    browser = os.environ.get("GRIDSIM_CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    if browser is None:
        print("no Chromium here: the pictures of the report stay as they are")
        return
    from playwright.sync_api import sync_playwright

    mini = gridsim.run(gridsim.example("henan-2021-mini"))
    batch = gridsim.batch.run(DOCS.parent / "scenarios" / "batches" / "risk-mini.yaml")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        of_one = {"party": "R1", "batch": batch}
        files = {
            "report.png": write_report(result, Path(folder) / "report.html", units=1),
            "page.png": write_report(mini, Path(folder) / "page.html", **of_one),
            "page.zh.png": write_report(mini, Path(folder) / "page.zh.html", lang="zh", **of_one),
        }
        process = driver.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        for name, path in files.items():
            page = process.new_page(viewport={"width": WIDTH, "height": 1000}, device_scale_factor=2)
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready=yes]", timeout=120_000)
            page.wait_for_timeout(2000)
            keep(page.screenshot(), name)
        process.close()


if __name__ == "__main__":
    outcome = gridsim.run(gridsim.load(DOCS.parent / "scenarios" / "henan-2021"))
    charts(outcome)
    reports(outcome)
