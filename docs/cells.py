"""Run the cells of a notebook one after the other in one fresh IPython, as `generate.py` asks.

stdin: a JSON list of sources; stdout: a JSON list with the notebook outputs of each. A cell that
fails ends the run with its error.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


class Quiet(DisplayHook):
    """Keeps the value of a cell's last line without printing it."""

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None: ...

    def finish_displayhook(self) -> None: ...


def run(sources: list[str]) -> list[list[dict[str, Any]]]:
    shell = InteractiveShell.instance(colors="nocolor", displayhook_class=Quiet, history_length=0)
    return [outputs(shell, source) for source in sources]


def outputs(shell: InteractiveShell, source: str) -> list[dict[str, Any]]:
    with capture_output() as caught:
        done = shell.run_cell(source)
    done.raise_error()
    found: list[dict[str, Any]] = []
    if caught.stdout:
        found.append({"name": "stdout", "output_type": "stream", "text": caught.stdout.splitlines(keepends=True)})
    if done.result is not None:
        data, metadata = shell.display_formatter.format(done.result, include=("text/plain", "image/svg+xml"))
        found.append({"data": data, "metadata": metadata, "output_type": "display_data"})
    return found


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
