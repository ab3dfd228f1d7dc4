"""The files that a run wrote, without the times that they state."""

import json


def read_without_times(folder):
    """Content by name; of run.json the values, without `times`; of the report without when the run was made."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest = json.loads(found["run.json"])
    time = manifest.pop("times")["started"]
    shown = f"{time[:16].replace('T', ' ')} UTC</time>"
    for name, stated in (("report.html", [f'datetime="{time}"', shown]), ("report.json", [f'"time":"{time}"'])):
        for text in stated:
            assert found[name].count(text.encode()) == 1
            found[name] = found[name].replace(text.encode(), b"")
    return {**found, "run.json": manifest}
