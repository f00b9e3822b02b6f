"""Wire types (msgspec) inside REST models (pydantic): checked by one, documented to the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class Wire:
    """Annotation that lets a pydantic model hold a msgspec struct: ``Annotated[Scene, Wire()]``.

    ``read`` makes the struct of plain values, or raises `ValueError`; by default it is converted.
    """

    def __init__(self, read: Callable[[object], Any] | None = None) -> None:
        self._read = read

    def __get_pydantic_core_schema__(
        self, source: type[Any], _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        read = self._read or partial(msgspec.convert, type=source)

        def check(value: object) -> Any:  # noqa: ANN401
            return value if isinstance(value, source) else read(value)

        return core_schema.no_info_plain_validator_function(
            check,
            serialization=core_schema.plain_serializer_function_ser_schema(msgspec.to_builtins),
            metadata={"wire": source},
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        metadata: dict[str, Any] = dict(schema.get("metadata", {}))
        return json_schema(metadata["wire"])


def json_schema(kind: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a wire type, whole: nothing in it refers elsewhere."""
    (root,), parts = msgspec.json.schema_components([kind], ref_template="{name}")
    resolved: dict[str, Any] = _resolved(root, parts)
    return resolved


def _resolved(schema: Any, parts: dict[str, Any]) -> Any:  # noqa: ANN401
    if isinstance(schema, list):
        return [_resolved(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(parts[schema["$ref"]], parts)
    return {key: _resolved(value, parts) for key, value in schema.items()}
