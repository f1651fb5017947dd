"""How many scenarios the tests of this folder try: some hundred here, thousands with GRIDSIM_HYPOTHESIS=ci."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The scenarios are whole markets: slow to build by Hypothesis's measure, and no deadline fits a first compilation.
_CALM = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
_COMMON = settings(deadline=None, suppress_health_check=_CALM, print_blob=True, derandomize=True)

# max_examples is what the largest test tries; the others take a part of it (`portion`), in all about five times it.
for name, examples in (("quick", 10), ("default", 60), ("ci", 400)):
    settings.register_profile(name, parent=_COMMON, max_examples=examples)
settings.register_profile("long", parent=_COMMON, max_examples=10_000, derandomize=False)  # the hunt for new ones
settings.load_profile(os.environ.get("GRIDSIM_HYPOTHESIS", "default"))
