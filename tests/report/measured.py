"""What a reader would see go wrong on a page: texts that lie on each other or are cut, parts that stick out."""

from __future__ import annotations

from tests.report.page import Opened

__all__ = ["WCAG", "cut_or_colliding", "faults_of_access", "sticking_out"]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

_COLLISIONS = """() => {
  const KINDS = ".gtitle, .gtitle-subtitle, .legendtext, .xtick text, .ytick text, .textpoint text, .annotation-text, "
    + ".xtitle, .ytitle, .cbaxis text, .cbtitle text";
  const found = [];
  const apart = (one, other) => one.right - 1.5 <= other.left || other.right - 1.5 <= one.left
    || one.bottom - 2.5 <= other.top || other.bottom - 2.5 <= one.top;
  let measured = 0;
  for (const plot of document.querySelectorAll(".js-plotly-plot")) {
    if (plot.offsetParent === null) continue;
    const whole = plot.getBoundingClientRect();
    const texts = [...plot.querySelectorAll(KINDS)].filter((text) => text.textContent.trim()).map((text) => {
      const turned = /rotate\\((-?45)/.exec(text.getAttribute("transform") || "");
      return { told: text.textContent, turned: Boolean(turned), box: text.getBoundingClientRect() };
    }).filter(({ box }) => box.width > 0);
    measured += texts.length;
    for (const { told, box } of texts) {
      if (box.left < whole.left - 1 || box.right > whole.right + 1
        || box.top < whole.top - 1 || box.bottom > whole.bottom + 1)
        found.push(`cut: ${told}`);
    }
    texts.forEach((one, i) => texts.slice(i + 1).forEach((other) => {
      if (one.turned && other.turned) {
        // Lines that are turned alike lie as far from each other as their right ends do, across their direction.
        const across = Math.abs(one.box.right - other.box.right) * Math.SQRT1_2;
        if (across < 9) found.push(`on each other: ${one.told} | ${other.told}`);
      } else if (!apart(one.box, other.box)) found.push(`on each other: ${one.told} | ${other.told}`);
    }));
  }
  if (!measured) found.push("no text of a chart was measured");
  return found;
}"""

_STICKING_OUT = """() => {
  const room = document.documentElement.clientWidth;
  const found = [...document.querySelectorAll("body *")].filter((part) => part.offsetParent !== null
    && part.getBoundingClientRect().right > room + 1
    && !part.closest(".table-wrap, pre, svg, .contents, .js-plotly-plot"));
  const wide = document.documentElement.scrollWidth > room ? [`the page: ${document.documentElement.scrollWidth}`] : [];
  return [...wide, ...found.map((part) => `${part.tagName} ${part.className}: ${part.textContent.slice(0, 40)}`)];
}"""


def cut_or_colliding(opened: Opened) -> list[str]:
    """Texts of the charts that are shown that lie on each other or stick out of their chart."""
    found: list[str] = opened.page.evaluate(_COLLISIONS)
    return found


def sticking_out(opened: Opened) -> list[str]:
    """Parts of the page that are wider than the window, other than what scrolls in its own box."""
    found: list[str] = opened.page.evaluate(_STICKING_OUT)
    return found


def faults_of_access(opened: Opened) -> list[str]:
    """What axe-core finds against WCAG 2, levels A and AA."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    answer = Axe().run(opened.page, options=options).response
    assert len(answer["passes"]) > 10, "axe-core looked at nothing"
    return [
        f"{fault['id']}: {fault['help']} at {node['target']}: {node['html'][:160]}"
        for fault in answer["violations"]
        for node in fault["nodes"]
    ]
