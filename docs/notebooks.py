"""Run the tutorials and keep what they show: ``python docs/notebooks.py`` (make notebooks), ``--check`` compares only.

The notebooks under docs/tutorials/ are their own source. Each runs from top to bottom in an empty folder of its own,
so what it writes does not stay. Pictures are kept as made; texts must come out the same again. One that simulates
many years reads from GRIDSIM_TUTORIAL_YEARS how many: `run` with ``years`` is a short form, which shows other figures.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))


def run(path: Path, years: int | None = None) -> nbformat.NotebookNode:
    """The notebook with new outputs; of many years so many, if they are given."""
    notebook = nbformat.read(path, as_version=4)
    commands = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # of this environment
    environment = {**os.environ, "PATH": commands}
    if years is not None:
        environment["GRIDSIM_TUTORIAL_YEARS"] = str(years)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=900, resources={"metadata": {"path": folder}})
        client.execute(env=environment)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("execution", None)  # times of day
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def texts(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """What each cell shows, pictures apart; what it prints is one text, in however many pieces it arrived."""
    shown = []
    for cell in notebook.cells:
        outputs: list[str] = []
        printed = None
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            text = output.get("text") or data.get("text/html") or data.get("text/plain")
            shown_text = "".join(text) if "image/png" not in data else "picture"
            stream = output.get("name")  # of what is printed alone
            if stream and stream == printed:
                outputs[-1] += shown_text
            else:
                outputs.append(shown_text)
            printed = stream
        shown.append(outputs)
    return shown


def stale(path: Path) -> bool:
    """Whether the notebook shows something else when it runs again."""
    return texts(run(path)) != texts(nbformat.read(path, as_version=4))


def main(arguments: list[str]) -> int:
    """Run what is asked for; returns the exit code."""
    if arguments == ["--check"]:
        found = [path for path in NOTEBOOKS if stale(path)]
        for path in found:
            print(f"{path.relative_to(ROOT)} is not current: make notebooks")
        return 1 if found else 0
    for path in NOTEBOOKS:
        nbformat.write(run(path), path)
        print(f"{path.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
