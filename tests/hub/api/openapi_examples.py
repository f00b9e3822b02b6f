"""Requests made of an OpenAPI document alone: its writing routes with the document's examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WRITES = ("put", "post", "patch", "delete")


@dataclass(frozen=True)
class Write:
    """A writing route and the request that its examples make; without a body ``kind`` is empty."""

    method: str
    route: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    kind: str

    @property
    def name(self) -> str:
        """As people write it: ``PUT /api/v1/…``."""
        return f"{self.method.upper()} {self.route}"

    def options(self) -> dict[str, Any]:
        """What an HTTP client wants to know besides method and path."""
        options: dict[str, Any] = {"params": dict(self.query), "headers": dict(self.headers)}
        if self.kind == "application/json":
            options["json"] = self.body
        elif self.body is not None:
            options["content"] = str(self.body)
            options["headers"]["Content-Type"] = self.kind
        return options


def writes(document: Mapping[str, Any]) -> list[Write]:
    """Every writing route, in the document's order."""
    return [
        _write(document, method, route, operation)
        for route, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in WRITES
    ]


def _write(
    document: Mapping[str, Any], method: str, route: str, operation: Mapping[str, Any]
) -> Write:
    path, query, headers = route, {}, {}
    for parameter in operation.get("parameters", ()):
        name, place = parameter["name"], parameter["in"]
        value = _first(parameter) or _first(parameter["schema"])
        if place == "path":
            path = path.replace(f"{{{name}}}", str(value or _of_schema(document, parameter)))
        elif value is not None and place == "header":
            headers[name] = str(value)
        elif value is not None and name in {"author", "why"}:
            query[name] = str(value)
    kind, body = _body(document, operation)
    return Write(method, route, path, query, headers, body, kind)


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> tuple[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    for kind, media in content.items():
        example = _first(media)
        return kind, example if example is not None else _of_schema(document, media)
    return "", None


def _first(described: Mapping[str, Any]) -> Any:
    """The first example that something gives of itself."""
    examples = described.get("examples")
    if isinstance(examples, Mapping) and examples:
        return next(iter(examples.values()))["value"]
    if examples:
        return examples[0]
    return described.get("example")


def _of_schema(document: Mapping[str, Any], holder: Mapping[str, Any]) -> Any:
    """An example put together from those of a schema's parts; None where they give none."""
    schema = holder.get("schema", holder)
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if (example := _first(schema)) is not None:
        return example
    if "enum" in schema:
        return schema["enum"][0]
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        if (example := _of_schema(document, choice)) is not None:
            return example
    if schema.get("type") == "object":
        parts = {
            name: _of_schema(document, part) for name, part in schema.get("properties", {}).items()
        }
        return {name: value for name, value in parts.items() if value is not None}
    return schema.get("default")
