"""``python -m gridsim``."""

from gridsim.cli import main

if __name__ == "__main__":
    main()
