"""Many random draws of the same year, settled side by side."""
