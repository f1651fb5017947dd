"""How Sphinx builds the site; ``docs/site/build.py`` says for which language, and lays out what it reads."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parents[1]))  # the gridsim beside these pages, not some installed one

from sources import LANGS, Lang, Sources, Version  # noqa: E402, after the path is set

from gridsim.version import __version__  # noqa: E402

LANG: Lang = os.environ["GRIDSIM_SITE_LANG"]  # type: ignore[assignment] # build.py sets it
OTHER: Lang = next(lang for lang in LANGS if lang != LANG)
TWIN = Version(Sources(), OTHER, HERE)
WORDS = {
    "en": {"title": "gridsim", "glossary": "Glossary 词汇", "language": "中文", "more": "More"},
    "zh": {"title": "gridsim", "glossary": "词汇 Glossary", "language": "English", "more": "更多"},
}[LANG]

project = "gridsim"
author = "The gridsim developers"
version = release = __version__
language = {"en": "en", "zh": "zh_CN"}[LANG]

extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc", "mathml", "words_search", "search_context", "theme_words"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
nb_execution_mode = "off"  # the notebooks keep what they showed; tests run them and compare
nb_ipywidgets_js: dict[str, Any] = {}  # no widgets, so none of their scripts, which come from elsewhere
myst_heading_anchors = 4  # links to headings, as the repository's pages have them
myst_update_mathjax = False
html_math_renderer = "mathml"
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types of other libraries, and words in the place of types
autodoc_typehints = "none"  # docstrings say them, with their units
autodoc_class_signature = "mixed"
numpydoc_show_class_members = False  # each has a place of its own

html_theme = "pydata_sphinx_theme"
html_title = WORDS["title"]
html_static_path = ["static"]
html_css_files = ["gridsim.css"]
templates_path = ["templates"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_show_search_summary = False  # it would fetch each page, which browsers forbid to files; search_context does it
html_search_language = {"en": "en", "zh": "zh"}[LANG]
html_search_scorer = str(HERE / "search_scorer.js")
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "gridsim"},
    "navbar_end": ["language", "theme-switcher"],
    "navbar_align": "left",
    "header_links_before_dropdown": 8,
    "header_dropdown_text": WORDS["more"],
    "navigation_with_keys": False,
    "show_prev_next": True,
    "footer_start": ["glossary"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_nav_level": 1,
}


def _of_page(_app: object, name: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """What the templates show of a page: where it stands in the other language, and the glossary."""
    context["site_words"] = WORDS
    up = "../" * (name.count("/") + 1)
    context["other_language"] = f"{up}{OTHER}/{name if TWIN.has(name) else 'index'}.html"
    context["other_lang"] = {"en": "en", "zh": "zh-CN"}[OTHER]


def setup(app: Any) -> None:
    """Join in as an extension."""
    app.connect("html-page-context", _of_page)
