"""The parts of the HTML report, each from a result to what the template shows."""
