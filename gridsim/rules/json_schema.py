"""The JSON Schema of rule files, by which an editor completes keys and marks what is wrong while one writes.

It is made of the models that read the files. What they can't say (names that must be known, prices, hours) only
``gridsim rules check`` looks at, so a file that the schema takes can still be faulty, never the other way round.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from gridsim.rules import shape_keys
from gridsim.rules.rule_file import CitationFile, Reading, RuleFile
from gridsim.rules.shape_model import ShapeFile

__all__ = ["rule_file_schema"]

_NAMES = {"type": "array", "items": {"type": "string"}}
_NOTHING = {"enum": ["none", None]}
_ALSO: dict[Any, list[dict[str, Any]]] = {
    shape_keys.of_names: [_NAMES, _NOTHING],
    shape_keys.named_or_not: [_NAMES, _NOTHING, {"type": "object", "additionalProperties": {"type": "null"}}],
    shape_keys.none: [_NOTHING],
    shape_keys.truth: [{"enum": ["true", "false"]}],
    shape_keys.periods_of: [_NAMES],
    shape_keys.by: [{"enum": ["period", "rate", "by_period", "one"]}],
    shape_keys.regimes_of: [{"type": "array"}, _NOTHING],
    shape_keys.clauses_of: [{"type": "string"}],
}
"""Other ways to write the same, by the function that reads them."""


class _Generator(GenerateJsonSchema):
    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        function: Any = schema["function"]["function"]
        return {"anyOf": [inner, *_ALSO.get(function, [])]}

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        return {}  # read by a function of its own

    def encode_default(self, dft: Any) -> Any:
        return None

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])  # a default is no advice


def rule_file_schema() -> dict[str, Any]:
    """The JSON Schema of a rule file."""
    models = (RuleFile, ShapeFile, Reading, CitationFile)
    refs, whole = models_json_schema(
        [(model, "validation") for model in models], by_alias=True, schema_generator=_Generator
    )
    defs: dict[str, Any] = whole["$defs"]
    of = {model: refs[model, "validation"] for model in models}
    top = dict(defs.pop(of[RuleFile]["$ref"].rpartition("/")[2]))
    keys = list(defs[of[ShapeFile]["$ref"].rpartition("/")[2]]["properties"])
    top["properties"] |= {
        "values": {"type": ["object", "null"], "description": "values by their dotted paths, nested or not"},
        "clauses": {"type": "object"},
        "cites": {"type": "object", "additionalProperties": of[CitationFile]},
        "readings": {"type": "array", "items": of[Reading]},
        "shape": {"type": "object", "propertyNames": {"enum": keys}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gridsim rule set",
        **{name: each for name, each in top.items() if name not in ("title", "description")},
        "if": {"not": {"required": ["extends"]}},
        "then": {
            "required": ["id", "title", "document", "in_force"],
            "properties": {"shape": of[ShapeFile]},
        },
        "$defs": defs,
    }
