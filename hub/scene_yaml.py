"""A scene as YAML, out and in: one file a scene, and what was written is read back the same."""

from __future__ import annotations

from decimal import Decimal

import yaml

from hub.yaml_file import read_yaml
from scenes.errors import InvalidSceneError
from scenes.scene import Scene
from scenes.scene_file import document_of, parse_scene

ENDING = ".yaml"
MEDIA_TYPE = "application/yaml"
_WIDTH = 100
_FLOAT = "tag:yaml.org,2002:float"
_TEXT = "tag:yaml.org,2002:str"


def read_scene(scene_id: str, text: str) -> Scene:
    """The scene in a file's text; `YamlFileError` names the line, `InvalidSceneError` the field."""
    document = read_yaml(text).value
    if not isinstance(document, dict):
        raise InvalidSceneError(f"scene {scene_id!r}: the file names no fields")
    return parse_scene(scene_id, document)


def write_scene(scene: Scene) -> str:
    """The text of a scene's file: its fields in their order, each cue on a line of its own.

    The same scene always gives the same text.
    """
    return yaml.dump(
        document_of(scene),
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        # Whatever holds only plain values stands on one line, in braces.
        default_flow_style=None,
        width=_WIDTH,
    )


class _Writer(yaml.SafeDumper):
    """SafeDumper that writes numbers and several lines of text as people do.

    It quotes whatever any version of YAML might take for something else than text.
    """

    def serialize(self, node: yaml.Node) -> None:
        """Write a document, its outermost fields on lines of their own."""
        if isinstance(node, yaml.MappingNode):
            node.flow_style = False
        super().serialize(node)

    def number(self, value: float) -> yaml.ScalarNode:
        """A number without an exponent, and without a point if it is whole."""
        if value.is_integer():
            return self.represent_int(int(value))
        return self.represent_scalar(_FLOAT, format(Decimal(repr(value)), "f"))

    def text(self, value: str) -> yaml.ScalarNode:
        """A text, line by line if it has several."""
        return self.represent_scalar(_TEXT, value, style="|" if "\n" in value else None)


_Writer.add_representer(float, _Writer.number)
_Writer.add_representer(str, _Writer.text)
