"""The published documents are those of the code, and every message obeys them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scenes.codec import encode
from scenes.contract_documents import CHANNELS, asyncapi, json_schemas
from scenes.messages import Message
from tests.scenes.examples import MESSAGES

CONTRACT = Path(__file__).parents[2] / "scenes" / "contract"


def published(name: str) -> Any:
    return json.loads((CONTRACT / name).read_text(encoding="utf-8"))


def test_the_documents_have_not_drifted() -> None:
    again = "run `make contract`; a field that went or changed its meaning is a new schema version"
    assert published("asyncapi.json") == json.loads(json.dumps(asyncapi())), again
    assert published("messages.schema.json") == json.loads(json.dumps(json_schemas())), again


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_every_message_obeys_its_schema(message: Message) -> None:
    schemas = published("messages.schema.json")
    name = type(message).__name__
    validator = jsonschema.Draft202012Validator({**schemas, "$ref": f"#/$defs/{name}"})
    validator.validate(json.loads(encode(message)))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(json.loads(encode(message)) | {"schema": 2})


def test_every_channel_has_an_example_and_a_schema() -> None:
    assert {channel.message for channel in CHANNELS} == {type(message) for message in MESSAGES}
    document = asyncapi()
    assert document["asyncapi"].startswith("3.")
    for channel in CHANNELS:
        assert document["channels"][channel.name]["address"] == channel.address
        assert channel.message.__name__ in document["components"]["schemas"]
        for level in channel.address.split("/"):
            if level.startswith("{"):
                assert level[1:-1] in document["channels"][channel.name]["parameters"]


def test_no_field_could_hold_a_person() -> None:
    """Invariant 8: no field for an identity, an address of a device in a pocket, or an image."""
    words = {"mac", "face", "image", "frame", "customer", "shopper", "phone", "email", "address"}
    for schema in json_schemas()["$defs"].values():
        for field in schema.get("properties", {}):
            assert not words & set(field.split("_")), field
