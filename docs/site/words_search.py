"""Search that finds Chinese words: jieba cuts the pages, and what a reader types is cut into the words that they hold.

Sphinx's own search for Chinese cuts the pages but not the question, so that 偏差考核 finds nothing on a page that says
偏差 and 考核.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.search.zh import SearchChinese

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary.md"
# Cut from the left, the longest word of the index first; what no page holds stays as it is, and finds nothing.
SPLITTER = r"""
var splitQuery = (query) => {
  const known = (word) =>
    Object.hasOwn(Search._index.terms, word) || Object.hasOwn(Search._index.titleterms, word);
  const cut = (text) => {
    const words = [];
    let unknown = "";
    for (let at = 0; at < text.length; ) {
      let end = text.length;
      while (end - at > 1 && !known(text.slice(at, end))) end--;
      if (end - at > 1) {
        if (unknown) words.push(unknown);
        unknown = "";
        words.push(text.slice(at, end));
      } else unknown += text[at];
      at = end;
    }
    if (unknown.length > 1) words.push(unknown);
    return words;
  };
  return query
    .split(/[^\p{Letter}\p{Number}_]+/u)
    .flatMap((part) => part.match(/\p{Script=Han}+|[^\p{Script=Han}]+/gu) ?? [])
    .flatMap((part) => (/\p{Script=Han}/u.test(part) ? cut(part) : [part]));
};
"""


class SearchWords(SearchChinese):
    """Sphinx's search for Chinese, told the words of the glossary."""

    js_splitter_code = SPLITTER
    language_name = "English"  # Sphinx names the stemmer in the browser after it, and has none for Chinese (9.0)

    def __init__(self, options: dict[str, str]) -> None:
        import jieba

        jieba.setLogLevel("WARNING")
        super().__init__({"dict": "none"})  # jieba has its own dictionary, and reads it once
        cells = re.findall(r"^\|[^|]+\|([^|]+)\|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
        for word in re.findall(r"[\u4e00-\u9fff]{2,}", " ".join(cells)):
            jieba.add_word(word)


def setup(app: Any) -> dict[str, bool]:
    """Join in as an extension."""
    app.add_search_language(SearchWords)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
