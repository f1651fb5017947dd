"""Other ways to do what gridsim does: the limit in C++, and what a user would write with numpy, pandas or polars."""
