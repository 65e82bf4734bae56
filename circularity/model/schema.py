"""JSON Schema of facts: of a dataset's files, and of a whole dataset as one JSON object."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from circularity.model.accounts import Account
from circularity.model.claims import Claim, Estimate
from circularity.model.dataset import Description
from circularity.model.deals import Deal
from circularity.model.evidence import Source
from circularity.model.parties import Party

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ROOTS: tuple[type[BaseModel], ...] = (Description, Source, Party, Deal, Account, Claim, Estimate)
_LISTS = ("deals", "accounts", "claims", "estimates")


def file_schema() -> dict[str, Any]:
    """Of `dataset.yaml`, and of the files of facts beside it."""
    facts = {
        "type": "object",
        "description": "a file of facts: any of these keys, in any number of files",
        "additionalProperties": False,
        "properties": _sections(empty=True),
    }
    return {
        "$schema": DIALECT,
        "title": "A dataset file of circularity",
        "description": "dataset.yaml, or a file of facts beside it. Checks across facts are those of `circularity check`.",
        "if": {"type": "object", "required": ["inclusion"]},
        "then": {"$ref": "#/$defs/Description"},
        "else": {"$ref": "#/$defs/Facts"},
        "$defs": {"Facts": facts, **_definitions()},
    }


def whole_schema() -> dict[str, Any]:
    """Of `dataset.json` in a data package: the description and every fact."""
    return {
        "$schema": DIALECT,
        "title": "A dataset of circularity",
        "description": "Everything in one object. Checks across facts are those of `circularity check`.",
        "type": "object",
        "required": ["description"],
        "additionalProperties": False,
        "properties": {"description": {"$ref": "#/$defs/Description"}, **_sections(empty=False)},
        "$defs": _definitions(),
    }


def _sections(empty: bool) -> dict[str, Any]:
    """The keys of facts; a file may leave one `empty`."""

    def of(kind: str) -> Any:
        return [kind, "null"] if empty else kind

    return {
        "sources": {"type": of("object"), "additionalProperties": {"$ref": "#/$defs/Source"}},
        **{
            key: {"type": of("array"), "items": {"$ref": f"#/$defs/{key.capitalize().removesuffix('s')}"}}
            for key in _LISTS
        },
        "parties": {"type": of("array"), "items": {"$ref": "#/$defs/Party"}},
    }


def _definitions() -> dict[str, Any]:
    definitions = models_json_schema([(model, "validation") for model in _ROOTS], by_alias=True)[1]["$defs"]
    return {name: _as_read(value) for name, value in sorted(definitions.items())}


def _as_read(value: Any) -> Any:
    """The schema of a value as the reader takes it: every scalar is text first, so plain numbers and words will do."""
    if isinstance(value, list):
        return [_as_read(item) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _as_read(inner) for key, inner in value.items() if key != "default" and not _is_title(key, inner)}
    if changed.get("type") == "boolean":
        changed.pop("type")
        changed["enum"] = [True, False, "true", "false", "yes", "no"]
    elif changed.get("type") == "string" and not {"enum", "const", "format"} & set(changed):
        changed["type"] = ["string", "number"]
    return changed


def _is_title(key: str, inner: Any) -> bool:
    """pydantic's headings for fields; a property that is named `title` has a mapping here."""
    return key == "title" and isinstance(inner, str)
