"""What holds for all tests: Hypothesis tries the same examples every time.

A change then fails for what it changed, and a landing is no lottery. New examples are hunted on purpose, with
``GRIDSIM_HYPOTHESIS=long`` (see CONTRIBUTING.md); what the hunt finds becomes an example of its test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from gridsim import words
from gridsim.catalogue import translation, words_of

settings.register_profile("gridsim", derandomize=True, deadline=None)
settings.load_profile("gridsim")


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_said_without_its_chinese() -> Iterator[None]:
    """A text that reaches a Chinese reader untranslated fails the test that says it.

    `tests/test_words.py` holds the catalogue against the texts that it finds in the code; this finds those that were
    handed on without `msg`.
    """

    def strict(text: str, lang: str) -> str:
        assert text in words_of(lang), f"said, but not marked for the catalogue: {text!r}"
        return translation(text, lang)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "translation", strict)
        yield
