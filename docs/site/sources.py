"""What the site is made of: the pages of the repository, one version a language, as Sphinx wants them.

The pages are written for those who read them in the repository. Sphinx wants one tree a language, its own file names
and a table of contents, so each build copies them: ``NAME.zh.md`` becomes ``NAME.md`` of the Chinese version, links are
written anew, and ``docs/index.md`` (whose headings are the sections of the site) becomes the table of contents.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

import code_pages

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")
ROOT = Path(__file__).resolve().parents[2]

BOTH = {"docs/glossary.md"}
"""Pages that hold both languages side by side."""
FOLDERS = ("docs", "scenarios")
TOP = ("README", "CHANGELOG", "CONTRIBUTING", "CODE_OF_CONDUCT", "SECURITY")
INDEX = "docs/index.md"
NO_PAGES = PurePosixPath("docs/rules/examples"), PurePosixPath("docs/site")
API = "reference/api"
ONLY_IN: dict[Lang, str] = {"en": " (in Chinese)", "zh": "（英文）"}
"""What is said behind a link that leaves the version of the reader's language."""

_FENCE = re.compile(r"^\s*(```+|~~~+)")
_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_CODE = re.compile(r"^(```+).*?^\1", re.MULTILINE | re.DOTALL)
_ELSEWHERE = re.compile(r"[a-z]+:|#")
_SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)


class DeadLinkError(Exception):
    """A page leads to something that is not there."""


def slug(heading: str) -> str:
    """What a heading is called in a link, as the repository's pages have it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@dataclass(frozen=True)
class Page:
    """One page of the repository in one language."""

    source: str  # from the root of the repository
    name: str  # of the page in the site, without suffix: the same in every language
    suffix: str


def _named(source: str) -> tuple[Lang, Page]:
    path = PurePosixPath(source)
    stem, suffix = path.name.removesuffix(path.suffix), path.suffix
    lang: Lang = "zh" if stem.endswith(".zh") else "en"
    stem = stem.removesuffix(".zh").removesuffix(".en")
    if path.parent == PurePosixPath("."):
        name = stem.lower()
    elif path.parts[0] == "docs":
        name = (PurePosixPath(*path.parts[1:-1]) / stem).as_posix()
    else:  # the README of a folder stands for the folder
        name = path.parent.as_posix() if stem == "README" else (path.parent / stem).as_posix()
    return lang, Page(source, name, suffix)


class Sources:
    """All pages, and where each stands in the site."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.pages: dict[Lang, dict[str, Page]] = {lang: {} for lang in LANGS}
        for source in self._found():
            lang, page = _named(source)
            self.pages[lang][source] = page
            if source in BOTH:
                self.pages["zh"][source] = page

    def _found(self) -> Iterator[str]:
        for folder in FOLDERS:
            for path in sorted((self.root / folder).rglob("*")):
                source = PurePosixPath(path.relative_to(self.root).as_posix())
                if path.suffix in (".md", ".ipynb") and not any(source.is_relative_to(no) for no in NO_PAGES):
                    yield source.as_posix()
        for name in TOP:
            yield from (f"{name}{end}" for end in (".md", ".zh.md") if (self.root / f"{name}{end}").exists())

    @cached_property
    def names(self) -> dict[Lang, dict[str, Page]]:
        """The pages of each language by their names in the site."""
        return {lang: {page.name: page for page in pages.values()} for lang, pages in self.pages.items()}

    def at(self, source: str, lang: Lang) -> tuple[Lang, Page] | None:
        """The page for a reader of a language: in it, or else in the other one."""
        named = _named(source)[1].name if PurePosixPath(source).suffix in (".md", ".ipynb") else None
        for language in (lang, *LANGS):
            if named is not None and named in self.names[language]:
                return language, self.names[language][named]
        return None

    def text(self, page: Page) -> str:
        """What stands in its file."""
        return (self.root / page.source).read_text(encoding="utf-8")

    def headings(self, page: Page) -> list[str]:
        """Its headings, in order."""
        text = self.text(page)
        if page.suffix == ".ipynb":
            text = "\n".join(
                "".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"
            )
        return [found[1].strip() for found in _HEADING.finditer(_CODE.sub("", text))]

    def title(self, page: Page) -> str:
        """Its first heading."""
        return self.headings(page)[0]

    def anchor(self, anchor: str, meant: Page, shown: Page) -> str:
        """Where a heading that a link means stands in the page of another language: twins have the same headings."""
        if meant == shown or not anchor:
            return anchor
        places = [f"#{slug(heading)}" for heading in self.headings(meant)]
        if anchor not in places:
            raise DeadLinkError(f"{meant.source}{anchor}")
        return f"#{slug(self.headings(shown)[places.index(anchor)])}"


@dataclass(frozen=True)
class Section:
    """A section of the site: what stands under one heading of ``docs/index.md``."""

    name: str
    title: str
    text: str


class Version:
    """The site in one language, laid out for Sphinx in a folder."""

    def __init__(self, sources: Sources, lang: Lang, folder: Path) -> None:
        self.sources, self.lang, self.folder = sources, lang, folder
        self.code: dict[str, str] = {}
        """The files that pages lead into, with their texts."""

    def write(self) -> None:
        """Lay everything out in a new folder: pages, sections, and the files that they lead to."""
        self.folder.mkdir(parents=True)
        for page in self.sources.pages[self.lang].values():
            text = self.sources.text(page)
            if page.name == "index":
                self._put("index.md", self._home(text))
            elif page.suffix == ".ipynb":
                self._put(f"{page.name}.ipynb", self._notebook(text, page))
            else:
                self._put(f"{page.name}.md", self.rewritten(text, page.source, page.name))
        for section in self.sections():
            if self._only_page(section) is None:
                self._put(f"{section.name}.md", self._section(section))
        if self.lang == "en" and API in self.sources.names["en"]:
            self._api()

    def _api(self) -> None:
        """Behind the page that lists the public names, the docstrings of all."""
        import api  # which imports gridsim

        contents = []
        for name, title, text in api.pages():
            self._put(f"{name}.md", text)
            contents.append((title, name))
        listed = (self.folder / f"{API}.md").read_text(encoding="utf-8")
        self._put(f"{API}.md", api.linked(listed) + _contents(contents))

    def has(self, name: str) -> bool:
        """Whether this version has a page of that name."""
        own = (section.name for section in self.sections() if self._only_page(section) is None)
        return name in self.sources.names[self.lang] or name in own

    def _put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    # -------------------------------------------------------------------------------------------- sections

    @cached_property
    def index(self) -> Page:
        """The page with the table of contents."""
        return self.sources.names[self.lang]["index"]

    def sections(self) -> list[Section]:
        """The sections in order; one has the same name in every language."""
        english = _SECTION.findall(self.sources.text(self.sources.names["en"]["index"]))
        pieces = _SECTION.split(self.sources.text(self.index))[1:]
        titles, texts = pieces[::2], pieces[1::2]
        if len(titles) != len(english):
            raise DeadLinkError(f"{self.index.source} has other sections than {INDEX}")
        names = [f"section-{re.sub('[^a-z]+', '-', title.lower()).strip('-')}" for title in english]
        return [Section(*of) for of in zip(names, titles, texts, strict=True)]

    def _home(self, text: str) -> str:
        contents = [(section.title, self._only_page(section) or section.name) for section in self.sections()]
        return self.rewritten(text, self.index.source, "index") + _contents(contents)

    def _only_page(self, section: Section) -> str | None:
        """The page of a section that leads to nothing else: it stands in the contents itself."""
        listed = self._listed(section)
        is_one = len(_LINK.findall(section.text)) == 1 and "/)" not in section.text
        return listed[0][1] if listed and is_one else None

    def _listed(self, section: Section) -> list[tuple[str, str]]:
        """The pages of this language that a section leads to, each by what it is called there."""
        listed: list[tuple[str, str]] = []
        for found in _LINK.finditer(section.text):
            target = found["target"]
            if _ELSEWHERE.match(target):
                continue
            source = self._resolved(target.split("#")[0], self.index.source)
            if (self.sources.root / source).is_dir():
                listed += [(self.sources.title(page), page.name) for page in self._within(source)]
            elif (at := self.sources.at(source, self.lang)) is not None and at[0] == self.lang:
                listed.append((found["text"], at[1].name))
        # What a section leads to twice (a page, and a heading of it) is called as it is first.
        called: dict[str, str] = {}
        for title, name in listed:
            called.setdefault(name, title)
        return [(title, name) for name, title in called.items()]

    def _section(self, section: Section) -> str:
        text = self.rewritten(f"# {section.title}\n{section.text}", self.index.source, section.name)
        return text.rstrip() + "\n" + _contents(self._listed(section))

    def _within(self, folder: str) -> list[Page]:
        pages = self.sources.pages[self.lang].values()
        return [page for page in pages if PurePosixPath(page.source).parent.as_posix() == folder]

    # -------------------------------------------------------------------------------------------- links

    def rewritten(self, text: str, source: str, name: str) -> str:
        """A page's text with its links as the site has them; code stays as it is."""
        lines, fence = [], None
        for line in text.splitlines(keepends=True):
            mark = _FENCE.match(line)
            if mark and fence is None:
                fence = mark[1]
            elif mark and fence is not None and mark[1].startswith(fence):
                fence = None
            elif fence is None:
                line = _LINK.sub(self._link_of(source, name), line)
            lines.append(line)
        return "".join(lines)

    def _link_of(self, source: str, name: str) -> Callable[[re.Match[str]], str]:
        def link(found: re.Match[str]) -> str:
            text, target = found["text"], found["target"]
            if _ELSEWHERE.match(target):
                return found[0]
            path, hash_, anchor = target.partition("#")
            return f"{found['picture']}{self._lead(text, self._resolved(path, source), hash_ + anchor, name)}"

        return link

    def _resolved(self, target: str, source: str) -> str:
        """A link's target, from the root of the repository."""
        path = PurePosixPath(os.path.normpath(PurePosixPath(source).parent / target)).as_posix()
        if not (self.sources.root / path).exists():
            raise DeadLinkError(f"{source}: {target}")
        return path

    def _lead(self, text: str, path: str, anchor: str, name: str) -> str:
        if (self.sources.root / path).is_dir():
            return self._lead_to_folder(text, path, name)
        # A page that leads to its own twin means that language; any other link, its reader's, as far as there is one.
        lang, page = _named(path)
        is_twin = page.name == name
        at = self.sources.at(path, lang if is_twin else self.lang)
        if at is None and anchor and PurePosixPath(path).suffix in code_pages.SUFFIXES:
            return self._lead_into_code(text, path, anchor, name)
        if at is None:
            kept = PurePosixPath("_files") / path
            (self.folder / kept).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.sources.root / path, self.folder / kept)
            return f"[{text}]({_relative(kept.as_posix(), name)}{anchor})"
        anchor = self.sources.anchor(anchor, self.sources.pages[lang][path], at[1])
        lang, page = at
        if lang == self.lang:
            return f"[{text}]({_relative(page.name + page.suffix, name)}{anchor})"
        return self._outside(text, f"{lang}/{page.name}.html{anchor}", name) + ("" if is_twin else ONLY_IN[self.lang])

    def _lead_into_code(self, text: str, path: str, anchor: str, name: str) -> str:
        """A link into a file that is no page, to a place in it: the site has a page for such files (`code_pages`)."""
        said = (self.sources.root / path).read_text(encoding="utf-8")
        if anchor[1:] not in code_pages.anchors(said, PurePosixPath(path).suffix):
            raise DeadLinkError(f"{path}{anchor}")
        self.code[path] = said
        return self._outside(text, f"{code_pages.FOLDER}/{path}.html{anchor}", name)

    @staticmethod
    def _outside(text: str, target: str, name: str) -> str:
        """A link to the other version, as HTML has them: that is another build, and Sphinx knows nothing of it."""
        return f'<a href="{_relative(f"../{target}", name)}">{_html(text)}</a>'

    def _lead_to_folder(self, text: str, path: str, name: str) -> str:
        """A folder's pages are listed by the section that leads to it; a folder without pages is only named."""
        section = next((of for of in self.sections() if f"]({os.path.relpath(path, 'docs')}/)" in of.text), None)
        if section is None:
            return text
        pages = self._within(path)
        if not pages:
            return self._outside(text, f"en/{section.name}.html", name) + ONLY_IN[self.lang]
        if section.name == name:
            listed = [f"[{self.sources.title(page)}]({_relative(page.name + page.suffix, name)})" for page in pages]
            return "\n- ".join([text, *listed])
        return f"[{text}]({_relative(section.name + '.md', name)})"

    def _notebook(self, text: str, page: Page) -> str:
        notebook = json.loads(text)
        notebook["metadata"].setdefault("language_info", {})["pygments_lexer"] = "ipython3"  # it knows `!command`
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                said = self.rewritten("".join(cell["source"]), page.source, page.name)
                cell["source"] = said.splitlines(keepends=True)
        return json.dumps(notebook, ensure_ascii=False)


def _relative(target: str, name: str) -> str:
    return PurePosixPath(os.path.relpath(target, PurePosixPath(name).parent)).as_posix()


def _html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text.replace("&", "&amp;").replace("<", "&lt;"))


def _contents(pages: list[tuple[str, str]]) -> str:
    entries = [f"{title.replace('`', '')} </{name}>" for title, name in pages]
    return "\n".join(["", "```{toctree}", ":hidden:", "", *entries, "```", ""])
