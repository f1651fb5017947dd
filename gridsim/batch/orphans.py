"""Worker processes whose parent was killed do not stay behind."""

from __future__ import annotations

import multiprocessing
import os
import threading

__all__ = ["leave_with_parent"]


def leave_with_parent() -> None:
    """End this worker process when its parent does, however that came about.

    A worker waits for work at a pipe that it could write to itself, so the end of its parent does not end its waiting.
    Results go to the parent and nowhere else: there is nothing to save.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="gridsim-batch-watch", daemon=True).start()
