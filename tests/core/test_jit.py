from __future__ import annotations

from pathlib import Path

import numba
import pytest

from gridsim.core import _jit, match


def test_the_plain_function_stays_reachable():
    assert getattr(match.match_large_books, "py_func", match.match_large_books) is match._match_large_books


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled, so nothing cached")
def test_cached_code_is_stamped_with_every_kernel_file():
    # Private to numba; if this fails after an update of numba, find the new place of the stamp.
    stamp = match.match_large_books._cache._cache_file._source_stamp
    files = sorted(path.name for path in Path(_jit.__file__).parent.glob("*.py"))
    assert [name for name, _, _ in stamp] == files
    assert "split.py" in files
