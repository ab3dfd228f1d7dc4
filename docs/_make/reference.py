"""The reference pages: made from the command line itself, from the schema of YAML files, and from docstrings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import typer

import weaklabel
from weaklabel.cli.main import app
from weaklabel.schemas import schema_of_lfs


def cli_page() -> str:
    """Return every command with its arguments and options."""
    command = typer.main.get_command(app)
    parts = ["# Command line", "`weaklabel COMMAND --help` says the same."]
    parts += _command(command, command.context_class(command, info_name="weaklabel"))
    return "\n\n".join(parts) + "\n"


def _command(command: Any, context: Any) -> Iterator[str]:
    children = getattr(command, "commands", {})
    is_nested = context.parent is not None and context.parent.parent is not None
    yield f"{'###' if is_nested else '##'} {context.command_path}"
    yield _plain(command.help or command.short_help or "")
    if not children:
        usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
        yield f"```text\n{usage}\n```"
    rows = [_parameter(parameter, context) for parameter in command.params]
    if listed := [row for row in rows if row]:
        yield "\n".join(["| option | meaning |", "|---|---|", *listed])
    for name in sorted(children):
        yield from _command(children[name], command.context_class(children[name], info_name=name, parent=context))


def _parameter(parameter: Any, context: Any) -> str:
    record = parameter.get_help_record(context)
    if record is None:
        return ""
    names, text = record
    return f"| {_code(names)} | {_cell(_plain(text))} |"


def yaml_page() -> str:
    """Return the keys of YAML labeling functions, from their JSON Schema."""
    schema = schema_of_lfs()
    parts = [
        "# YAML labeling functions",
        "A file holds a list of declarations, or one. Each table is one kind of mapping. The keys are explained, with "
        "examples, in [labeling functions](../labeling-functions.md); editors read the same from `weaklabel schema`.",
    ]
    for name in sorted(schema["$defs"], key=lambda key: (key != "Declaration", key != "Part", key)):
        parts += _mapping(name, schema["$defs"][name])
    return "\n\n".join(parts) + "\n"


def _mapping(name: str, definition: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}"
    yield _plain(definition.get("description", ""))
    required = definition.get("required", [])
    rows = []
    for key, value in definition.get("properties", {}).items():
        default = "required" if key in required else _default(value)
        rows.append(f"| {_code(key)} | {_cell(_type(value))} | {default} |")
    yield "\n".join(["| key | value | default |", "|---|---|---|", *rows])


def _default(value: dict[str, Any]) -> str:
    default = value.get("default")
    if default in (None, "") or isinstance(default, dict):
        return ""
    return _code(json.dumps(default, ensure_ascii=False).strip('"'))


def _type(value: dict[str, Any]) -> str:
    """Return in words what a value may be."""
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in value:
            kinds = [_type(kind) for kind in value[several] if kind.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    if "enum" in value or "const" in value:
        return " or ".join(_code(str(one)) for one in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        return _array(value)
    if value.get("type") == "object":
        entries = value.get("additionalProperties")
        return f"mapping to {_type(entries)}" if isinstance(entries, dict) and entries else "mapping"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    name = names.get(value.get("type", ""), "anything")
    return {"date": "date", "date-time": "date and time"}.get(value.get("format", ""), name)


def _array(value: dict[str, Any]) -> str:
    if "prefixItems" in value:
        return f"list of {len(value['prefixItems'])}: {', '.join(_type(item) for item in value['prefixItems'])}"
    return f"list of {_type(value.get('items', {}))}"


def python_page() -> str:
    """Return the public names, for mkdocstrings to fill in."""
    places = weaklabel._PUBLIC
    names = sorted(weaklabel.__all__, key=lambda name: (name.islower(), name))
    parts = ["# Python", "Every public name is imported from `weaklabel`: `from weaklabel import Project`."]
    parts += [f"::: {places[name]}.{name}" for name in names]
    return "\n\n".join(parts) + "\n"


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _plain(text: str) -> str:
    """Return text on one line, with what Sphinx would mark as code in Markdown's way."""
    lines = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.replace("\b", ""))]
    return "\n\n".join(re.sub(r"``?([^`]+)``?", r"`\1`", line) for line in lines).replace("<", "&lt;")
