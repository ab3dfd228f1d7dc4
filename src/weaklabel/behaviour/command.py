"""A model that is a command: it reads JSON Lines with texts, and writes JSON Lines with tags."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from weaklabel.errors import ModelError, Place, Problem, did_you_mean, list_some, quantity

STDERR_LINES = 5
STOP_S = 5
MOST_PROBLEMS = 5


def ask_command(command: str, rows: Sequence[Mapping[str, Any]], timeout_s: float) -> tuple[list[Any], list[Place]]:
    """Start a command, give it all rows on standard input, and return its answers in the order of the rows.

    Parameters
    ----------
    command
        The program and its arguments, split as a shell would; no shell runs it.
    rows
        Each with an `id`.
    timeout_s
        How long it may take for all of them.

    Returns
    -------
    answers, places
        Each answer as it was parsed, and its line in the output.

    Raises
    ------
    ModelError
        Where it cannot be started, fails or takes too long (with the last lines that it wrote to standard error), or
        with every line that is no answer, and the ids that it leaves out, repeats or makes up.
    """
    output = _run(command, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), timeout_s)
    return _read_output(output, [str(row["id"]) for row in rows])


def _run(command: str, text: str, timeout_s: float) -> str:
    arguments = _split(command)
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command is what is to be run
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
    except OSError as failure:
        what = f"the command cannot be started: {failure.strerror}."
        fix = "Give its path." if shutil.which(arguments[0]) is None else "Check its rights."
        raise ModelError(Problem(what, Place("--command"), fix)) from None
    try:
        out, err = process.communicate(text.encode("utf-8", "replace"), timeout=timeout_s)
    except subprocess.TimeoutExpired:
        out, err = _stop(process)
        what = f"the command ran longer than {timeout_s:g} s.{_last_lines(err)}"
        raise ModelError(Problem(what, Place("--command"), "Give it more time with --timeout.")) from None
    except BaseException:
        _stop(process)
        raise
    if process.returncode:
        how = f"exited with {process.returncode}"
        if process.returncode < 0:
            how = f"was killed by {_name_signal(-process.returncode)}"
        what = f"the command {how}.{_last_lines(err)}"
        raise ModelError(Problem(what, Place("--command"), "It must read all lines, answer, and exit with 0."))
    return out.decode("utf-8", "replace")


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"


def _split(command: str) -> list[str]:
    try:
        arguments = shlex.split(command)
    except ValueError as failure:
        raise ModelError(Problem(f"the command cannot be split: {failure}.", Place("--command"), "Quote it.")) from None
    if not arguments:
        raise ModelError(Problem("the command is empty.", Place("--command"), 'Write "python predict.py".'))
    return arguments


def _stop(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Kill the command and what it started, and return what it wrote."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    try:
        return process.communicate(timeout=STOP_S)
    except subprocess.TimeoutExpired:  # something that it started holds the pipes, in a session of its own
        return b"", b""


def _last_lines(err: bytes) -> str:
    lines = [line.rstrip() for line in err.decode("utf-8", "replace").splitlines() if line.strip()]
    return "\nIt said:\n" + "\n".join(lines[-STDERR_LINES:]) if lines else ""


def _read_output(output: str, ids: Sequence[str]) -> tuple[list[Any], list[Place]]:
    known = dict.fromkeys(ids)
    found: dict[str, tuple[Any, Place]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(output.split("\n"), start=1):
        if not line.strip():
            continue
        place = Place("the command's output", number)
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            problems.append(Problem(f"{line[:60]!r} is no JSON.", place, "Write logs to standard error."))
            continue
        if not isinstance(value, dict) or "id" not in value or "tags" not in value:
            problems.append(Problem(f"{line[:60]!r} has no id or no tags.", place, 'Write {"id": …, "tags": […]}.'))
            continue
        answered = str(value["id"])
        if answered not in known:
            fix = did_you_mean(answered, known, otherwise="Answer with the ids that were asked.")
            problems.append(Problem(f"nobody asked for the id {answered!r}.", place, fix))
        elif answered in found:
            what = f"the id {answered!r} is answered twice."
            problems.append(Problem(what, place, f"It is in line {found[answered][1].line} too."))
        else:
            found[answered] = value["tags"], place
    missing = [record_id for record_id in ids if record_id not in found]
    told = problems[:MOST_PROBLEMS]
    if len(problems) > MOST_PROBLEMS:
        told.append(Problem(f"{quantity(len(problems) - MOST_PROBLEMS, 'further line')} with problems."))
    if missing:
        what = f"the command leaves out {quantity(len(missing), 'id')} of {len(ids):,}: {list_some(missing)}."
        told.append(Problem(what, Place("--command"), "Write one line for each that is read."))
    if told:
        raise ModelError(told)
    answers = [found[record_id] for record_id in ids]
    return [answer for answer, _ in answers], [place for _, place in answers]
