"""`weaklabel lf watch` on 2,000 records of Made With ML: the time from an edit to the last printed line of its effect.

The command runs as a user's does, in a process of its own whose output is read line by line. Labeling functions of each
kind are edited in turn, each edit another text, so that nothing is known of it; the others stay, and their votes with
them. An edit is printed when half a second has passed without another line; that wait is not counted.

    python benchmarks/watch.py [--edits 7]
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from data import find_data, record_result

N_RECORDS = 2_000
LEAST_EDITS = 7
TARGET_S = 1.0
SILENCE_S = 0.5
START_S = 60
WORDS = ("image", "language", "graph", "speech", "translation", "detection", "music", "robot", "video", "search")

KINDS = {
    "keywords": ("edited.yaml", "- {{id: edited, tags: python, match: {{keywords: [{word}, {word} model]}}}}\n"),
    "regex": ("edited.yaml", "- {{id: edited, tags: python, match: {{regex: '\\b{word}s?\\b'}}}}\n"),
    "spacy": (
        "edited.yaml",
        "- {{id: edited, tags: python, match: {{spacy: [[{{LOWER: {word}}}, {{IS_ALPHA: true}}]]}}}}\n",
    ),
    "rule": (
        "edited.yaml",
        "- {{id: edited, tags: python, all_of: [{{keywords: {word}}}, {{regex: 'us(e|ing)'}}], within: 12}}\n",
    ),
    "python": (
        "edited.py",
        "from weaklabel import labeling_function\n\n\n@labeling_function(tags=['python'])\ndef edited(record):\n"
        "    return 'python' if '{word}' in record.text else None\n",
    ),
}
OTHERS = """\
- {id: uses_pytorch, tags: pytorch, match: {regex: '\\\\bpy ?torch\\\\b'}}
- {id: mentions_transformers, tags: transformers, match: {spacy: [[{LOWER: transformer}, {OP: "?"}, {LOWER: model}]]}}
- {id: below_machine_learning, tags: machine-learning, match: {tag: {voted: [pytorch, keras]}}}
"""


class Watched:
    """The command in a process, and the times at which it prints lines."""

    def __init__(self, project: Path) -> None:
        command = [sys.executable, "-u", "-m", "weaklabel", "lf", "watch", "--project", str(project)]
        environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        self._lines: queue.Queue[tuple[float, str]] = queue.Queue()
        assert self._process.stdout is not None
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()
        self._lines.get(timeout=START_S)
        time.sleep(2 * SILENCE_S)  # it says that it watches before it does

    def _read(self, output: IO[str]) -> None:
        for line in output:
            self._lines.put((time.perf_counter(), line))

    def edit(self, path: Path, text: str) -> float:
        """Write a file, and return the seconds until all of what that does is printed."""
        begin = last = time.perf_counter()
        path.write_text(text, encoding="utf-8")
        shown: list[str] = []
        wait_s: float = START_S
        while True:
            try:
                last, line = self._lines.get(timeout=wait_s)
            except queue.Empty:
                break
            shown.append(line)
            wait_s = SILENCE_S
        if not any("edited" in line for line in shown):
            sys.exit(f"the edit had no effect: {''.join(shown)}")
        return last - begin

    def used_cpu_s(self) -> float:
        """Return the processor seconds that the process and those that it has started and ended have used (Linux)."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
        ticks = map(int, stat.rpartition(")")[2].split()[11:15])
        return sum(ticks) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def measure(n_edits: int) -> None:
    rows, slowest, load = [], 0.0, os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        for kind, (name, template) in KINDS.items():
            project = make_project(Path(scratch) / kind)
            watched = Watched(project)
            path = project / "lfs" / name
            first = watched.edit(path, template.format(word=WORDS[0]))
            before = watched.used_cpu_s()
            seconds = [watched.edit(path, template.format(word=word)) for word in WORDS[1 : n_edits + 1]]
            cpu_s = (watched.used_cpu_s() - before) / n_edits
            watched.stop()
            median = statistics.median(seconds)
            slowest = max(slowest, median)
            rows.append(f"| {kind} | {median:.2f} | {max(seconds):.2f} | {first:.2f} | {cpu_s:.2f} |")
    body = f"""Command: `python benchmarks/watch.py` ({N_RECORDS:,} records; generated labeling functions and four
by hand, of which one is edited {n_edits} times for each kind; seconds from the edit to the last line that is printed of
it, the first edit of a session apart; {os.cpu_count()} cores, {load:.1f} processes ran or waited at the start).

| edited | median | slowest | first | processor time |
|---|---|---|---|---|
{chr(10).join(rows)}

| target | | measured | reached |
|---|---|---|---|
| seconds from an edit to its effect, the slowest kind's median | ≤ {TARGET_S:g} | {slowest:.2f} | \
{"yes" if slowest <= TARGET_S else "no"} |"""
    record_result("Watching labeling functions", body)


def make_project(folder: Path) -> Path:
    data = find_data("madewithml")
    records = json.loads((data / "projects.json").read_text(encoding="utf-8"))[:N_RECORDS]
    (folder / "lfs").mkdir(parents=True)
    (folder / "records.json").write_text(json.dumps(records), encoding="utf-8")
    (folder / "lfs" / "others.yaml").write_text(OTHERS, encoding="utf-8")
    (folder / "weaklabel.yaml").write_text(
        f"records: {{path: records.json, id: id, fields: [title, description], tags: tags}}\n"
        f"tags: {data / 'tags.json'}\nlfs: lfs\n",
        encoding="utf-8",
    )
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=LEAST_EDITS, choices=range(1, len(WORDS)))
    measure(parser.parse_args().edits)


if __name__ == "__main__":
    main()
