from __future__ import annotations

import pickle
import sys
import types
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest

from gridsim.core import jit
from gridsim.core.matching import match


def test_the_plain_function_stays_reachable():
    assert getattr(match.match_large_books, "py_func", match.match_large_books) is match._match_large_books


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled, so nothing cached")
def test_cached_code_is_stamped_with_every_kernel_file():
    # Private to numba; if this fails after an update of numba, find the new place of the stamp.
    stamp = match.match_large_books._cache._cache_file._source_stamp
    folder = Path(jit.__file__).parent
    files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.py"))]
    assert [name for name, _, _ in stamp] == files
    assert {"split.py", "matching/match.py"} <= set(files)


class Pair(NamedTuple):
    one: int
    other: int


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled, so nothing cached")
def test_an_index_that_names_a_class_that_is_gone_is_no_index(monkeypatch):
    """After an upgrade that renames a NamedTuple: numba unpickles the old index before it looks at the stamp."""
    older = types.ModuleType("gridsim_of_an_older_version")
    gone = type("Gone", (), {"__module__": older.__name__, "__qualname__": "Gone"})
    older.Gone = gone
    monkeypatch.setitem(sys.modules, older.__name__, older)

    def total(pair):
        return pair.one + pair.other

    kernel = jit.njit(total)
    cache_file = kernel._cache._cache_file
    index = Path(cache_file._index_path)
    try:
        index.write_bytes(pickle.dumps(numba.__version__) + pickle.dumps((cache_file._source_stamp, {gone: "x.nbc"})))
        del older.Gone
        with pytest.raises(AttributeError):
            pickle.loads(index.read_bytes().partition(pickle.dumps(numba.__version__))[2])
        assert kernel(Pair(np.int64(1), np.int64(2))) == 3
        assert len(cache_file._load_index()) == 1  # what was compiled now stands there
    finally:
        for path in index.parent.glob(f"{index.stem}*"):
            path.unlink()


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_a_kernel_is_compiled_once_for_constants_and_variables():
    """The name that does it is private to numba."""

    def _add(one, other):
        return one + other

    add = numba.njit(_add)
    jit._compile_once(add)

    def _all(one):
        return add(one, 1) + add(2, one) + add(other=3, one=4)

    assert numba.njit(_all)(np.int64(5)) == 20
    assert add.signatures == [(numba.int64, numba.int64)]
