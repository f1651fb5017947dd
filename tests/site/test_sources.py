"""What the site is made of: which page stands where in which language, and where its links lead."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.site.built import site_module

sources = site_module("sources")
FOUND = sources.Sources()


def laid_out(tmp_path: Path, pages: dict[str, str], lang: str) -> Path:
    """A small repository with these pages, laid out in a language."""
    root, folder = tmp_path / "repository", tmp_path / "version" / lang
    for name, text in pages.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "scenarios").mkdir(exist_ok=True)
    sources.Version(sources.Sources(root), lang, folder).write()
    return folder


SMALL = {
    "docs/index.md": """# Index
## Do
- [Pay](how-to/pay.md)
- [Sell](how-to/sell.md), [much of it](how-to/sell.md#much)
## Why
- [All](adr/)
## News
- [New](../CHANGELOG.md)
""",
    "docs/index.zh.md": """# 目录
## 做
- [付](how-to/pay.zh.md)
- [卖](how-to/sell.md)
## 因
- [都](adr/)
## 新
- [新](../CHANGELOG.md)
""",
    "docs/how-to/pay.md": """# Pay
*[中文](pay.zh.md)* [sell](sell.md#much) ![p](../p.svg) [data](rules.yaml)
```sh
[pay](pay.md)
```
""",
    "docs/how-to/pay.zh.md": "# 付\n*[English](pay.md)* [卖](sell.md#much) [why](../adr/)\n",
    "docs/how-to/sell.md": "# Sell\n[pay](pay.zh.md)\n## Much\n",
    "docs/how-to/rules.yaml": "a: 1\n",
    "docs/p.svg": "<svg/>",
    "docs/adr/0001-a.md": "# 1. A\n",
    "docs/glossary.md": "# Glossary\n",
    "CHANGELOG.md": "# Changes\n",
}


def test_links_lead_to_pages_of_the_readers_language(tmp_path: Path) -> None:
    english, chinese = (laid_out(tmp_path, SMALL, lang) for lang in ("en", "zh"))
    pay = (english / "how-to/pay.md").read_text(encoding="utf-8")
    assert '<a href="../../zh/how-to/pay.html">中文</a>' in pay  # the twin is another build
    assert "[sell](sell.md#much)" in pay and "![p](../_files/docs/p.svg)" in pay
    assert (english / "_files/docs/how-to/rules.yaml").read_text(encoding="utf-8") == "a: 1\n"
    assert "```sh\n[pay](pay.md)\n```" in pay  # code is left alone
    assert "[pay](pay.md)" in (english / "how-to/sell.md").read_text(encoding="utf-8")
    pay = (chinese / "how-to/pay.md").read_text(encoding="utf-8")
    assert '<a href="../../en/how-to/pay.html">English</a>*' in pay
    assert '<a href="../../en/how-to/sell.html#much">卖</a>（英文）' in pay
    assert '<a href="../../en/section-why.html">why</a>（英文）' in pay


def test_the_index_is_the_table_of_contents(tmp_path: Path) -> None:
    english, chinese = (laid_out(tmp_path, SMALL, lang) for lang in ("en", "zh"))
    contents = re.compile(r"```\{toctree\}\n:hidden:\n\n(.*?)\n```", re.DOTALL)

    def of(path: Path) -> list[str]:
        return contents.findall(path.read_text(encoding="utf-8"))[0].splitlines()

    assert of(english / "index.md") == ["Do </section-do>", "Why </section-why>", "News </changelog>"]
    assert of(english / "section-do.md") == ["Pay </how-to/pay>", "Sell </how-to/sell>"]
    assert of(english / "section-why.md") == ["1. A </adr/0001-a>"]
    assert "- [1. A](adr/0001-a.md)" in (english / "section-why.md").read_text(encoding="utf-8")
    assert of(chinese / "index.md") == ["做 </section-do>", "因 </section-why>", "新 </section-news>"]
    assert of(chinese / "section-do.md") == ["付 </how-to/pay>"]  # the other page is in English alone


def test_a_link_to_a_heading_leads_to_that_heading_of_the_twin(tmp_path: Path) -> None:
    code = "```sh\n# no heading\n```\n"
    pages = {
        **SMALL,
        "docs/how-to/pay.md": f"# Pay\n{code}## How `much`, at most?\n",
        "docs/how-to/pay.zh.md": f"# 付\n{code}## 最多付多少？\n",
        "docs/how-to/sell.zh.md": "# 卖\n[付](pay.md#how-much-at-most)\n",
    }
    said = (laid_out(tmp_path, pages, "zh") / "how-to/sell.md").read_text(encoding="utf-8")
    assert "[付](pay.md#最多付多少)" in said
    pages["docs/how-to/sell.zh.md"] = "# 卖\n[付](pay.md#how-little)\n"
    with pytest.raises(sources.DeadLinkError, match=re.escape("docs/how-to/pay.md#how-little")):
        laid_out(tmp_path / "again", pages, "zh")


@pytest.mark.parametrize("target", ["nowhere.md", "../../outside.md", "pictures/none.svg"])
def test_a_dead_link_ends_the_build(tmp_path: Path, target: str) -> None:
    with pytest.raises(sources.DeadLinkError, match=re.escape(f"docs/how-to/sell.md: {target}")):
        laid_out(tmp_path, {**SMALL, "docs/how-to/sell.md": f"# Sell\n[x]({target})\n"}, "en")


def test_an_index_with_other_sections_is_told(tmp_path: Path) -> None:
    with pytest.raises(sources.DeadLinkError, match=r"index\.zh\.md has other sections"):
        laid_out(tmp_path, {**SMALL, "docs/index.zh.md": "# 目录\n## 做\n"}, "zh")


def linked(page: Path) -> set[str]:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)", text)
    return {(page.parent / target).resolve().relative_to(sources.ROOT).as_posix() for target in targets}


@pytest.mark.parametrize("index", ["docs/index.md", "docs/index.zh.md"])
def test_the_index_leads_to_every_page(index: str) -> None:
    leads = linked(sources.ROOT / index)
    pages = FOUND.pages["zh" if index.endswith(".zh.md") else "en"]
    named = {sources._named(lead)[1].name for lead in leads if lead.endswith((".md", ".ipynb"))}
    lost = [
        source
        for source, page in pages.items()
        if page.name not in named and Path(source).parent.as_posix() not in leads and page.name != "index"
    ]
    assert not lost


def headings(text: str) -> list[int]:
    """The levels of the headings, code apart."""
    return [len(mark) for mark in re.findall(r"^(#+) ", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)]


def shown(text: str) -> list[str]:
    """The code of a page as far as no language is in it: without comments and words in quotes."""
    blocks = re.findall(r"^```(?:sh|python|py|bat)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"#.*|,\s*lang=\"\w+\"| --lang \w+|\"[^\"\n]*\"|'[^'\n]*'|\s+", "", block) for block in blocks]


PAGES = sorted({page.source for pages in FOUND.pages.values() for page in pages.values() if page.suffix == ".md"})


@pytest.mark.parametrize("source", PAGES)
def test_headings_go_down_a_level_at_a_time(source: str) -> None:
    levels = headings((sources.ROOT / source).read_text(encoding="utf-8"))
    assert levels[0] == 1
    assert [(before, level) for before, level in pairwise(levels) if level > before + 1] == []


TWINS = sorted(name for name in FOUND.names["en"].keys() & FOUND.names["zh"].keys() if name != "glossary")


@pytest.mark.parametrize("name", [name for name in TWINS if FOUND.names["en"][name].suffix == ".md"])
def test_a_page_and_its_twin_have_the_same_headings_code_and_pictures(name: str) -> None:
    english, chinese = (FOUND.text(FOUND.names[lang][name]) for lang in ("en", "zh"))
    assert headings(english) == headings(chinese)
    assert shown(english) == shown(chinese)
    assert len(re.findall(r"!\[", english)) == len(re.findall(r"!\[", chinese))


IN_BOTH = ("start-here", "market/", "tutorials/", "how-to/", "glossary", "rules/", "reference/errors", "limits")


def test_what_is_written_for_both_readers_stands_in_both_languages() -> None:
    names = [name for name in FOUND.names["en"] if name.startswith(IN_BOTH)]
    assert len(names) > 50
    assert [name for name in names if name not in FOUND.names["zh"]] == []
    assert [name for name in FOUND.names["zh"] if name not in FOUND.names["en"]] == []


@pytest.mark.parametrize("source", sorted(set(FOUND.pages["zh"]) - sources.BOTH))
def test_a_chinese_page_leads_to_chinese_pages(source: str) -> None:
    """Where there are any; its own twin apart, and what it says is English."""
    page = FOUND.pages["zh"][source]
    text = re.sub(r"^```.*?^```", "", FOUND.text(page), flags=re.MULTILINE | re.DOTALL)
    english = []
    for found in sources._LINK.finditer(text):
        target = found["target"].partition("#")[0]
        if not target.endswith((".md", ".ipynb")) or found["text"] in ("English", "英文", "英文版"):
            continue
        path = (sources.ROOT / source).parent.joinpath(target).resolve().relative_to(sources.ROOT).as_posix()
        lang, led = sources._named(path)
        if lang == "en" and led.name != page.name and led.name in FOUND.names["zh"] and path not in sources.BOTH:
            english.append(found[0])
    assert english == []
