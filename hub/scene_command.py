"""``stemning scene``: the scenes of the running hub, from a terminal or a script."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.asking import AskedInVainError, Asking, add_hub_argument
from scenes.errors import StemningError

_EPILOG = """\
examples:
  stemning scene list                              what there is, and how it stands
  stemning scene show evening                      how it stands, and its file
  stemning scene export my-scenes                  what can be played, one file a scene
  stemning scene import my-scenes/*.yaml           save them as drafts
  stemning scene import evening.yaml --publish     and let it play
  stemning scene uses evening                      where it is used
  stemning scene clone evening late-evening "Late evening"

  A scene's id is its file's name. What is saved is a draft until it is published; the file's
  fields are in scenes/library/README.md. Whoever changes something may say --author and --why,
  which the audit keeps."""

_Act = Callable[[Asking, argparse.Namespace], None]
_Configure = Callable[[argparse.ArgumentParser], None]
_ENDING = ".yaml"
_YAML = "application/yaml"
_DRAFT = "draft"
_COLUMNS = ("id", "name", "state", "revision", "mood", "experience")


class NotAllTakenError(StemningError, ValueError):
    """Some of the files were not taken; each was told."""

    code = "scene.not-all-taken"


class SceneFileInTheWayError(StemningError, FileExistsError):
    """A file that an export would write over says something else."""

    code = "scene.file-in-the-way"


class SceneCommand:
    """``stemning scene``."""

    name = "scene"
    summary = "List, import, export, publish and retire scenes."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add what can be done."""
        parser.epilog = _EPILOG
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        for verb, words, act, configure in _VERBS:
            each = verbs.add_parser(verb, help=words, description=words)
            each.set_defaults(act=act)
            configure(each)
            add_hub_argument(each)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        act: _Act = arguments.act
        act(Asking(arguments.hub), arguments)
        return 0


def _list(hub: Asking, arguments: argparse.Namespace) -> None:
    # A scene that plays and has a newer draft is among both.
    drafts = arguments.state == _DRAFT
    found = hub.get("scenes", state="" if drafts else arguments.state or "").value
    shown = [scene for scene in found if not drafts or _has_draft(scene)]
    rows = [_COLUMNS, *map(_row, shown)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        _say("  ".join(cells).rstrip())


def _has_draft(scene: dict[str, Any]) -> bool:
    return scene["state"] == _DRAFT or scene["draft"] is not None


def _row(scene: dict[str, Any]) -> tuple[str, ...]:
    return (
        scene["id"],
        scene["name"],
        scene["state"],
        _revision_words(scene),
        scene["mood"] or "-",
        scene["experience"] or "-",
    )


def _revision_words(scene: dict[str, Any]) -> str:
    shown, newest = scene["published_revision"], scene["newest_revision"]
    return f"{newest}" if shown in {None, newest} else f"{shown}, draft {newest}"


def _show(hub: Asking, arguments: argparse.Namespace) -> None:
    scene = hub.get("scenes", arguments.scene).value
    _say(f"# {scene['name']}: {scene['state']}, revision {_revision_words(scene)}")
    for change in scene["draft_changes"]:
        _say(f"# the draft changes: {change}")
    revision = str(arguments.revision or "")
    sys.stdout.write(hub.get("scenes", arguments.scene, "file", revision=revision).text)


def _revisions(hub: Asking, arguments: argparse.Namespace) -> None:
    for each in hub.get("scenes", arguments.scene, "revisions").value:
        plays = ", plays" if each["plays"] else ""
        who = each["author"] or each["origin"]
        why = f" ({each['why']})" if each["why"] else ""
        _say(f"{each['revision']}  {each['created_at'][:16]}  {who}{why}{plays}")
        for change in each["changes"]:
            _say(f"   {change}")


def _uses(hub: Asking, arguments: argparse.Namespace) -> None:
    uses = hub.get("scenes", arguments.scene, "uses").value
    for use in uses:
        _say(use["text"])
    if not uses:
        _say(f"{arguments.scene} is used nowhere")


def _import(hub: Asking, arguments: argparse.Namespace) -> None:
    missed = 0
    for file in arguments.files:
        try:
            _say(_import_one(hub, file, arguments))
        except (AskedInVainError, NotAllTakenError) as error:
            missed += 1
            sys.stderr.write(f"{file}: {error}\n")
        except OSError as error:
            missed += 1
            sys.stderr.write(f"{file}: it can't be read: {error.strerror}\n")
    if missed:
        raise NotAllTakenError(f"{missed} of {len(arguments.files)} files were not taken")


def _import_one(hub: Asking, file: Path, arguments: argparse.Namespace) -> str:
    """Save a file as the next revision, and publish it if wanted; what was done, in words."""
    if file.suffix != _ENDING:
        raise NotAllTakenError(f"the file of a scene is called ID{_ENDING}")
    scene_id, data = file.stem, file.read_bytes()
    tag, before = _tag(hub, scene_id)
    saved = hub.put("scenes", scene_id, "file", seen=tag, data=data, kind=_YAML, **_who(arguments))
    done, scene = _saved_words(before, saved.value), saved.value
    if arguments.publish and (scene["draft"] is not None or scene["state"] != "published"):
        published = hub.post("scenes", scene_id, "publish", seen=saved.tag, body=_who(arguments))
        done += f"; revision {published.value['published_revision']} plays now"
    return f"{scene_id}: {done}"


def _saved_words(before: dict[str, Any] | None, after: dict[str, Any]) -> str:
    number, changes = after["newest_revision"], ", ".join(after["draft_changes"])
    if before is None:
        return f"new, saved as revision {number}"
    if number == before["newest_revision"]:
        return f"nothing new, it is revision {number} already"
    return f"saved as revision {number}" + (f" ({changes})" if changes else "")


def _export(hub: Asking, arguments: argparse.Namespace) -> None:
    scenes = hub.get("scenes", state="" if arguments.scenes else "published").value
    known = [scene["id"] for scene in scenes]
    arguments.directory.mkdir(parents=True, exist_ok=True)
    for scene_id in arguments.scenes or known:
        text = hub.get("scenes", scene_id, "file").text
        file: Path = arguments.directory / f"{scene_id}{_ENDING}"
        there = file.read_text(encoding="utf-8") if file.exists() else None
        if there not in {None, text} and not arguments.overwrite:
            raise SceneFileInTheWayError(
                f"{file} says something else: --overwrite writes over it, or take another directory"
            )
        if there != text:
            file.write_text(text, encoding="utf-8")
        _say(f"{file}: {'written' if there != text else 'as it was'}")


def _publish(hub: Asking, arguments: argparse.Namespace) -> None:
    scene = _post(hub, "publish", arguments)
    _say(f"{scene['id']}: revision {scene['published_revision']} plays")


def _retire(hub: Asking, arguments: argparse.Namespace) -> None:
    _say(f"{_post(hub, 'retire', arguments)['id']}: retired")


def _revert(hub: Asking, arguments: argparse.Namespace) -> None:
    before = hub.get("scenes", arguments.scene).value
    scene = _post(hub, "revert", arguments, revision=arguments.revision)
    if scene["newest_revision"] == before["newest_revision"]:
        _say(f"{scene['id']}: nothing new, {_newest_words(scene, arguments.revision)}")
        return
    _say(
        f"{scene['id']}: revision {arguments.revision} is saved as revision "
        f"{scene['newest_revision']}; it plays once it is published"
    )


def _newest_words(scene: dict[str, Any], wanted: int) -> str:
    newest = scene["newest_revision"]
    plays = scene["state"] == "published" and scene["published_revision"] == newest
    stands = "plays already" if plays else "is saved already and plays once it is published"
    said = "" if newest == wanted else f", which says what revision {wanted} said,"
    return f"revision {newest}{said} {stands}"


def _clone(hub: Asking, arguments: argparse.Namespace) -> None:
    body = {"id": arguments.id, "name": arguments.name, **_who(arguments)}
    hub.post("scenes", arguments.scene, "clone", body=body)
    _say(f"{arguments.id}: saved as a draft")


def _delete(hub: Asking, arguments: argparse.Namespace) -> None:
    seen = hub.get("scenes", arguments.scene).tag
    hub.delete("scenes", arguments.scene, seen=seen, **_who(arguments))
    _say(f"{arguments.scene}: deleted; its revisions stay on record")


def _post(hub: Asking, verb: str, arguments: argparse.Namespace, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    seen = hub.get("scenes", arguments.scene).tag
    body = {**_who(arguments), **more}
    scene: dict[str, Any] = hub.post("scenes", arguments.scene, verb, seen=seen, body=body).value
    return scene


def _tag(hub: Asking, scene_id: str) -> tuple[str, dict[str, Any] | None]:
    """What a write must have seen, and the scene; of one that is not there, so that it stays so."""
    try:
        found = hub.get("scenes", scene_id)
    except AskedInVainError as error:
        if error.status != 404:
            raise
        return f'"scene-{scene_id}-0"', None
    return found.tag, found.value


def _who(arguments: argparse.Namespace) -> dict[str, str]:
    return {"author": arguments.author, "why": arguments.why}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _of_all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", choices=["published", "draft", "retired"])


def _of_one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scene", help="the scene's id")


def _of_a_revision(parser: argparse.ArgumentParser) -> None:
    _of_one(parser)
    parser.add_argument("--revision", type=int, help="default: what plays, or the draft")


def _changing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--author", default="", help="who does it: a name or a role")
    parser.add_argument("--why", default="", help="why, in a few words")


def _changing_one(parser: argparse.ArgumentParser) -> None:
    _of_one(parser)
    _changing(parser)


def _reverting(parser: argparse.ArgumentParser) -> None:
    _of_one(parser)
    parser.add_argument("revision", type=int, help="the revision to go back to")
    _changing(parser)


def _cloning(parser: argparse.ArgumentParser) -> None:
    _of_one(parser)
    parser.add_argument("id", help="the copy's id")
    parser.add_argument("name", help="what people will call it")
    _changing(parser)


def _importing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="ID.yaml")
    parser.add_argument("--publish", action="store_true", help="let them play")
    _changing(parser)


def _exporting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("scenes", nargs="*", metavar="ID", help="default: all that can be played")
    parser.add_argument(
        "--overwrite", action="store_true", help="also files that say something else"
    )


_VERBS: tuple[tuple[str, str, _Act, _Configure], ...] = (
    ("list", "What scenes there are, and how they stand.", _list, _of_all),
    ("show", "How a scene stands, and its file.", _show, _of_a_revision),
    ("revisions", "Everything that a scene ever was.", _revisions, _of_one),
    ("uses", "Where a scene is used.", _uses, _of_one),
    ("import", "Save files as the next revisions of their scenes.", _import, _importing),
    ("export", "Write one file a scene into a directory.", _export, _exporting),
    ("publish", "Let the newest revision of a scene play.", _publish, _changing_one),
    ("retire", "Offer a scene no longer.", _retire, _changing_one),
    ("revert", "Make an earlier revision the newest one.", _revert, _reverting),
    ("clone", "Make a new scene, a draft, of another one.", _clone, _cloning),
    ("delete", "Let a scene go; its revisions stay on record.", _delete, _changing_one),
)

scene = SceneCommand()
