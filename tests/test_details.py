"""What tables and manifests hold in English is told in Chinese, whoever wrote them."""

from __future__ import annotations

import json

import pytest

import gridsim
from gridsim.details import COMPLIANCE, REJECTED, detail_of
from gridsim.words import Sentence, as_data, enumerated, listed, named, of_data, verbatim, within


@pytest.mark.parametrize("template", sorted({*REJECTED.values(), *COMPLIANCE.values()}))
def test_each_detail_is_told_in_chinese(template: str) -> None:
    stored = template.format(years=3)
    told = detail_of(stored)
    assert told == stored
    assert "数值" in told.zh or template in REJECTED.values()
    assert told.zh != stored and "{" not in told.zh


def test_every_detail_of_a_result_is_known(mini: gridsim.Result) -> None:
    for table in ("rejected", "compliance"):
        english, chinese = getattr(mini, table), mini.in_words(table, "zh")  # type: ignore[arg-type]
        assert list(chinese.columns) == list(english.columns) and len(chinese) == len(english)
        assert english.drop(columns="detail").equals(chinese.drop(columns="detail"))
        assert not (chinese["detail"] == english["detail"]).any()
        assert mini.in_words(table, "en").equals(english)  # type: ignore[arg-type]


def test_a_text_that_gridsim_did_not_write_stays_as_it_is() -> None:
    for text in ("something else", "value: all contracts / mean consumption of the last {years} years", ""):
        assert (detail_of(text), detail_of(text).zh) == (text, text)


SENTENCES = [
    Sentence("{file}: no row at all in {months}; nothing is metered then", file="meter.csv", months=named("ab")),
    listed(Sentence("too large"), Sentence("at most {number}", number=3)),
    enumerated([Sentence("too large"), verbatim("x{y}")]),
    Sentence("{names} and {more:,} more", names=Sentence(within("item", "overrun")), more=1234),
    verbatim("{0.__class__}"),
]


@pytest.mark.parametrize("sentence", SENTENCES, ids=str)
def test_a_stored_sentence_is_told_in_both_languages(sentence: Sentence) -> None:
    stored = json.loads(json.dumps(as_data(sentence)))
    again = of_data(stored, str(sentence))
    assert (again, again.zh) == (sentence, sentence.zh)


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        {"text": "{a.__class__.__init__.__globals__}", "blanks": {"a": 1}},
        {"text": "too large"},
        {"text": "at most {number}", "blanks": {}},
        {"text": "at most {number}", "blanks": {"number": 4}},
        {"text": ["too large"], "blanks": {}},
        {"en": "at most 3"},
        {"en": "another", "zh": "另一句"},
        [[[{"en": 1, "zh": 2}]]],
        [1],
    ],
    ids=str,
)
def test_what_does_not_tell_of_the_stored_sentence_is_not_believed(data: object) -> None:
    told = of_data(data, "at most 3")
    assert (told, told.zh) == ("at most 3", "at most 3")
