"""Queues and simulations as files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from weaklabel.errors import OutputError, Place, Problem
from weaklabel.exchange.csv_cells import write_cells
from weaklabel.output import write_file
from weaklabel.queueing.build import Queue
from weaklabel.queueing.task import Simulation
from weaklabel.tables import parquet_bytes

QUEUE_SUFFIXES, SIMULATION_SUFFIXES = (".csv", ".jsonl", ".parquet"), (".svg", ".json")


def check_suffix(file: Path, known: Sequence[str] = QUEUE_SUFFIXES, noun: str = "a queue") -> None:
    """Raise OutputError where a file's ending names none of the formats."""
    if file.suffix not in known:
        fix = f"Name a file that ends with {', '.join(known[:-1])} or {known[-1]}."
        raise OutputError(Problem(f"{noun} cannot be written as {file.suffix!r}.", Place("--out"), fix))


def check_simulation_suffix(file: Path) -> None:
    """Raise OutputError where a simulation has no format of a file's ending."""
    check_suffix(file, SIMULATION_SUFFIXES, "a simulation")


def queue_json(queue: Queue) -> str:
    """Return a queue as a JSON object."""
    return json.dumps(asdict(queue), ensure_ascii=False, indent=2)


def write_queue(queue: Queue, file: Path) -> None:
    """Write a queue, one row a record: in CSV, tags are a JSON list, and reasons have semicolons between them.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """
    if file.suffix == ".jsonl":
        lines = [json.dumps(asdict(row), ensure_ascii=False) for row in queue.rows]
        write_file(file, "".join(f"{line}\n" for line in lines).encode())
        return
    table = queue.to_frame()
    if file.suffix == ".parquet":
        write_file(file, parquet_bytes(table))
        return
    table["tags"] = [json.dumps(tags, ensure_ascii=False) for tags in table["tags"]]
    table["reasons"] = table["reasons"].map("; ".join)
    write_file(file, write_cells([list(table.columns), *table.itertuples(index=False)]))


def simulation_json(simulations: Sequence[Simulation]) -> str:
    """Return simulations as a JSON list."""
    return json.dumps([simulation.to_dict() for simulation in simulations], ensure_ascii=False, indent=2)


def write_simulations(simulations: Sequence[Simulation], file: Path) -> None:
    """Write a picture of simulations, or all their figures, as the file's ending says.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """
    if file.suffix == ".svg":
        from weaklabel.queueing.plot import simulations_svg

        write_file(file, simulations_svg(simulations).encode())
        return
    write_file(file, f"{simulation_json(simulations)}\n".encode())
