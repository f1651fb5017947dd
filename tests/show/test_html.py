"""A document as HTML."""

from __future__ import annotations

from gridsim.show.html import html
from tests.show.one_document import DOCUMENT


def test_html() -> None:
    text = html(DOCUMENT, style=False)
    assert text.startswith('<div class="gridsim"><h2>A title <span class="quiet">beside it</span></h2>')
    assert "<p>A paragraph with *stars* and &lt;tags&gt;.</p>" in text
    assert '<p>value = <b>1.05</b><span class="quiet"><br/>what it means</span><i> by the notice</i></p>' in text
    assert "<p><b>one</b></p><ul><li>more of it</li></ul>" in text
    assert '<div class="table-wrap"><table><caption>Who paid whom</caption><thead><tr><th>item</th>' in text
    assert '<td class="number">370,000.00</td>' in text
    assert '<tfoot><tr><td>all</td><td class="number"></td><td class="number">370,005.00</td></tr></tfoot>' in text
    assert "</table></div><p>rounded</p>" in text
    assert "<details><summary>2 warnings</summary><p>first</p><p>second</p></details>" in text
    assert html(["x"]).startswith("<style>")
