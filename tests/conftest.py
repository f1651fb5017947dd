"""What holds for all tests: Hypothesis tries the same examples every time.

A change then fails for what it changed, and a landing is no lottery. New examples are hunted on purpose, with
``GRIDSIM_HYPOTHESIS=long`` (see CONTRIBUTING.md); what the hunt finds becomes an example of its test.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("gridsim", derandomize=True, deadline=None)
settings.load_profile("gridsim")
