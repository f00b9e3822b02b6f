"""What a request sends of a schedule: read strictly, documented as strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from hub.api.bridge import json_schema
from hub.strict_reading import NotWhatIsReadError, read_strictly

_NO_ID = "the-id-of-the-address"


class Strict:
    """Annotation for a wire type in which an unknown field is an error: ``Annotated[T, Strict()]``.

    Errors are in plain words. With ``without_id`` the id of the item stands in the address, and the
    struct has one that means nothing.
    """

    def __init__(self, *, without_id: bool = False, example: Any = None) -> None:  # noqa: ANN401
        self._without_id = without_id
        self._example = example

    def __get_pydantic_core_schema__(
        self, source: type[Any], _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._reader(source), metadata={"wire": source}
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        metadata: dict[str, Any] = dict(schema.get("metadata", {}))
        found = _closed(json_schema(metadata["wire"]))
        if self._without_id:
            found["properties"].pop("id")
            found["required"].remove("id")
        if self._example is not None:
            found["examples"] = [self._example]
        closed: dict[str, Any] = found
        return closed

    def _reader(self, source: type[Any]) -> Callable[[object], Any]:
        def read(value: object) -> Any:  # noqa: ANN401 - a source
            if self._without_id and isinstance(value, dict):
                if "id" in value:
                    raise NotWhatIsReadError(("id",), "the id stands in the address alone")
                value = {**value, "id": _NO_ID}
            return read_strictly(value, source)

        return read


def _closed(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """The schema with no other fields than those that it names."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object":
        closed["additionalProperties"] = False
    return closed
