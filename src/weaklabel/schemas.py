"""The JSON Schemas of the YAML files that people write, from the models that check these files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter, create_model
from pydantic.json_schema import models_json_schema

from weaklabel.behaviour.schema import Declaration as Check
from weaklabel.lfs.schema import Declaration, Part
from weaklabel.project import ProjectFile
from weaklabel.slices.schema import SlicesFile

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_of_lfs() -> dict[str, Any]:
    """Return the schema of a file of labeling functions: a list of them, or a single one."""
    return _named("labeling functions", TypeAdapter(list[Declaration] | Declaration).json_schema())


def schema_of_slices() -> dict[str, Any]:
    """Return the schema of a slices file: slices and behavioural checks, or a list of slices alone."""
    whole = create_model("SlicesFile", __base__=SlicesFile, checks=(list[Check], []))
    refs, schema = models_json_schema([(whole, "validation"), (Part, "validation")])
    definitions = schema["$defs"]
    for name, definition in definitions.items():
        if "match" in (keys := definition.get("properties", {})) and "none_of" in keys and name.endswith("Where"):
            keys["match"] = refs[Part, "validation"]
    of_file = refs[whole, "validation"]
    slices = definitions[of_file["$ref"].rpartition("/")[2]]["properties"]["slices"]
    either = [of_file, {key: slices[key] for key in ("items", "type")}]
    return _named("slices", {"$defs": definitions, "anyOf": either})


def schema_of_project() -> dict[str, Any]:
    """Return the schema of weaklabel.yaml."""
    return _named("project", ProjectFile.model_json_schema())


SCHEMAS: Final = {"lfs": schema_of_lfs, "slices": schema_of_slices, "project": schema_of_project}
"""What makes the schema of each kind of file, by its name on the command line."""


def _named(what: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"$schema": DIALECT, "title": f"weaklabel {what}", **schema}
