"""Whether a result holds: everything that follows from inputs, trades and metered energy is derived and compared.

Who prints a result (statements, reports) asks first. The derivation is NumPy's: it needs no compiled kernel, and shares
no arithmetic with the kernels that made the result.
"""

from __future__ import annotations

from gridsim.integrity.check import check_result

__all__ = ["check_result"]
