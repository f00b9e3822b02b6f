"""``stemning scene`` against a hub that answers over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import stemning
from hub.parts import HubParts
from hub.scene_library import starter_scenes
from hub.scene_yaml import write_scene

Run = Callable[..., tuple[int, str, str]]
LIBRARY = Path(__file__).parents[2] / "scenes" / "library"


@pytest.fixture
def scene(address: str, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``stemning scene``: its exit code, and what it said and complained of."""

    def run(*words: object) -> tuple[int, str, str]:
        code = stemning.main(["scene", *map(str, words), "--hub", address])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def evening(volume: int) -> str:
    return write_scene(starter_scenes()["evening"]).replace("volume: 35", f"volume: {volume}")


def test_a_directory_of_scenes_goes_out_and_comes_in(scene: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, _ = scene("export", out)
    assert code == 0
    assert f"{out / 'evening.yaml'}: written" in said
    written = {file.name: file.read_text(encoding="utf-8") for file in out.iterdir()}
    assert written == {
        file.name: file.read_text(encoding="utf-8") for file in LIBRARY.glob("*.yaml")
    }
    assert "evening.yaml: as it was" in scene("export", out)[1]
    (out / "evening.yaml").write_text(evening(45), encoding="utf-8")
    code, said, _ = scene("import", *sorted(out.iterdir()))
    assert code == 0
    assert "evening: saved as revision 2 (Volume 35 % → 45 %)\n" in said
    assert "closed: nothing new, it is revision 1 already\n" in said


def test_an_export_writes_over_nothing_unasked(scene: Run, tmp_path: Path) -> None:
    mine = tmp_path / "evening.yaml"
    mine.write_text("mine", encoding="utf-8")
    code, _, complaint = scene("export", tmp_path, "evening")
    assert code == 1
    assert "evening.yaml says something else: --overwrite writes over it" in complaint
    assert mine.read_text(encoding="utf-8") == "mine"
    assert scene("export", tmp_path, "evening", "--overwrite")[0] == 0
    assert mine.read_text(encoding="utf-8") == evening(35)
    assert [file.name for file in tmp_path.glob("*.yaml") if file.name != "shop.yaml"] == [
        "evening.yaml"
    ]


def test_an_import_publishes_when_told(scene: Run, parts: HubParts, tmp_path: Path) -> None:
    file = tmp_path / "evening.yaml"
    file.write_text(evening(45), encoding="utf-8")
    code, said, _ = scene("import", file, "--publish", "--author", "Kim", "--why", "too quiet")
    assert (code, said) == (
        0,
        "evening: saved as revision 2 (Volume 35 % → 45 %); revision 2 plays now\n",
    )
    assert parts.planner.shop.scenes["evening"].revision == 2
    newest = parts.scene_book.revisions("evening")[0]
    assert (newest.author, newest.why) == ("Kim", "too quiet")
    new = tmp_path / "late.yaml"
    new.write_text(evening(20), encoding="utf-8")
    assert scene("import", new)[1] == "late: new, saved as revision 1\n"
    assert scene("import", new, "--publish")[1] == (
        "late: nothing new, it is revision 1 already; revision 1 plays now\n"
    )


def test_files_that_are_no_scenes_are_named_and_the_others_go_in(
    scene: Run, tmp_path: Path
) -> None:
    (tmp_path / "bad.yaml").write_text("name: X\nmood: happy\n", encoding="utf-8")
    (tmp_path / "good.yaml").write_text(evening(20), encoding="utf-8")
    (tmp_path / "text.txt").write_text("text", encoding="utf-8")
    names = ("bad.yaml", "good.yaml", "nowhere.yaml", "text.txt")
    code, said, complaint = scene("import", *(tmp_path / name for name in names))
    assert (code, said) == (1, "good: new, saved as revision 1\n")
    assert "bad.yaml: scene 'bad': mood says what mood it intends: relax" in complaint
    assert "nowhere.yaml: it can't be read: No such file or directory" in complaint
    assert "text.txt: the file of a scene is called ID.yaml" in complaint
    assert complaint.endswith("stemning scene: 3 of 4 files were not taken\n")


def test_a_scenes_life_from_the_terminal(scene: Run) -> None:
    assert scene("clone", "evening", "late", "Late evening", "--author", "Kim")[:2] == (
        0,
        "late: saved as a draft\n",
    )
    listed = scene("list", "--state", "draft")[1].splitlines()
    assert [line.split() for line in listed] == [
        ["id", "name", "state", "revision", "mood", "experience"],
        ["late", "Late", "evening", "draft", "1", "relax", "escapist"],
    ]
    assert scene("publish", "late")[1] == "late: revision 1 plays\n"
    assert scene("uses", "late")[1] == "late is used nowhere\n"
    assert scene("retire", "late")[1] == "late: retired\n"
    assert scene("delete", "late", "--why", "tried it")[1] == (
        "late: deleted; its revisions stay on record\n"
    )
    code, _, complaint = scene("show", "late")
    assert (code, complaint) == (1, "stemning scene: no scene is called 'late'\n")
    assert "Late" not in scene("list")[1]


def test_a_scene_that_plays_is_among_the_drafts_too_while_it_has_one(
    scene: Run, tmp_path: Path
) -> None:
    assert scene("revert", "evening", 1)[1] == "evening: nothing new, revision 1 plays already\n"
    assert scene("list", "--state", "draft")[1].splitlines()[1:] == []
    file = tmp_path / "evening.yaml"
    file.write_text(evening(45), encoding="utf-8")
    assert scene("import", file)[0] == 0
    listed = scene("list", "--state", "draft")[1].splitlines()[1:]
    assert [line.split()[:1] for line in listed] == [["evening"]]
    assert "1, draft 2" in listed[0]
    assert scene("revert", "evening", 2)[1] == (
        "evening: nothing new, revision 2 is saved already and plays once it is published\n"
    )
    assert "revision 1 is saved as revision 3" in scene("revert", "evening", 1)[1]


def test_a_scene_in_use_stays(scene: Run) -> None:
    assert scene("uses", "evening")[1] == "Nordic: Rule “evenings”\n"
    code, _, complaint = scene("retire", "evening")
    assert code == 1
    assert complaint == (
        "stemning scene: Evening can't be retired while it is in use: Nordic: Rule “evenings”\n"
    )


def test_what_a_scene_is_and_was(scene: Run, tmp_path: Path) -> None:
    file = tmp_path / "evening.yaml"
    file.write_text(evening(45), encoding="utf-8")
    scene("import", file, "--publish", "--author", "Kim", "--why", "too quiet")
    code, said, _ = scene("revert", "evening", 1, "--author", "Kim")
    assert (code, said) == (
        0,
        "evening: revision 1 is saved as revision 3; it plays once it is published\n",
    )
    shown = scene("show", "evening")[1]
    assert shown == (
        "# Evening: published, revision 2, draft 3\n"
        f"# the draft changes: Volume 45 % → 35 %\n{evening(45)}"
    )
    assert scene("show", "evening", "--revision", 1)[1].endswith(evening(35))
    assert scene("revisions", "evening")[1] == (
        "3  2026-10-22T10:00  Kim\n"
        "   Volume 45 % → 35 %\n"
        "2  2026-10-22T10:00  Kim (too quiet), plays\n"
        "   Volume 35 % → 45 %\n"
        "1  2026-10-22T10:00  scene file\n"
    )


def test_without_a_hub_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert stemning.main(["scene", "list", "--hub", "http://127.0.0.1:1"]) == 1
    assert "no hub answers at http://127.0.0.1:1" in capsys.readouterr().err
    assert stemning.main(["scene", "list", "--hub", "hub.shop"]) == 1
    assert "'hub.shop' is no address of a hub" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        stemning.main(["scene"])
    assert ended.value.code == 2
