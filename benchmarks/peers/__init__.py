"""Other simulators of markets on the same books, each in an environment of its own (`make bench-peers`)."""
