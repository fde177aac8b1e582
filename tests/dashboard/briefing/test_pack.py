import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.briefing import formats
from dashboard.briefing.content import Content
from dashboard.briefing.pack import name_of, pack
from etl.errors import FileUnreadable
from tests.dashboard.briefing.conftest import Briefed
from tests.dashboard.conftest import Town


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers, and a paper that writes two files."""

    def two(content: Content, folder: Path) -> list[Path]:
        (folder / "maps").mkdir(exist_ok=True)
        files = [folder / "b.txt", folder / "maps" / "a.txt"]
        for file in files:
            file.write_text(content.title, encoding="utf-8")
        return files

    monkeypatch.setattr(formats, "FORMATS", {"json": formats.FORMATS["json"], "two": two})
    monkeypatch.setattr("dashboard.briefing.pack.FORMATS", formats.FORMATS)


@pytest.mark.usefixtures("papers")
def test_a_pack_is_the_papers_and_their_zip(content_of: Briefed, tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    made = pack(content_of(), tmp_path / "new" / "pack", progress=lambda *told: said.append(told))
    assert [file.name for file in made.files] == ["figures.json", "b.txt", "a.txt"]
    assert made.zip.name == "briefing-999900-20260320-v1.zip"
    with zipfile.ZipFile(made.zip) as held:
        assert held.namelist() == ["figures.json", "b.txt", "maps/a.txt"]
        assert json.loads(held.read("figures.json"))["place"] == "999900"
    assert said == [("json", 0, 2), ("two", 1, 2), ("zip", 2, 2)]
    again = pack(content_of(), tmp_path / "again")
    assert again.zip.read_bytes() == made.zip.read_bytes()
    assert not list((tmp_path / "again").glob("*.part"))


@pytest.mark.usefixtures("papers")
def test_the_numbers_go_with_every_paper(content_of: Briefed, tmp_path: Path) -> None:
    assert [file.name for file in pack(content_of(), tmp_path, ["two"]).files] == ["figures.json", "b.txt", "a.txt"]
    with pytest.raises(ValueError, match="three"):
        pack(content_of(), tmp_path, ["three"])


def test_packs_of_one_day_are_told_apart_by_their_names(content_of: Briefed) -> None:
    content, english = content_of(), content_of("en")
    whole = "briefing-999900-20260320-v1"

    def of(*zones: str) -> Content:
        return replace(content, filters=replace(content.filters, zone=zones))

    agenda = replace(english, sections=(replace(content.sections[0], key="views", number=1),))
    found = [name_of(one) for one in (content, english, of("999900002"), of("a", "b", "c"), of("../南:1"), agenda)]
    assert found == [
        whole, f"{whole}-en", f"{whole}-999900002", f"{whole}-3zones", f"{whole}-___南_1", f"{whole}-agenda-en",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_written_to(content_of: Briefed, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileUnreadable, match="写不进去"):
        pack(content_of(), tmp_path / "file" / "pack", ["json"])


@pytest.fixture
def run(town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Runs the command on the town: exit code, stdout, stderr."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("GRID_VAR_DIR", str(tmp_path / "var"))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["briefing", "-o", str(tmp_path), "--database", str(town.engine.url), *arguments])
        return code, *capsys.readouterr()

    return command


def test_the_command_writes_the_papers_and_says_where(run, tmp_path: Path) -> None:
    code, out, err = run("--format", "json", "--since", "2026-03-13T12:00", "--zone", "南片区")
    assert (code, out.splitlines()) == (
        0, [str(tmp_path / "figures.json"), str(tmp_path / "briefing-999900-20260320-v1-999900002.zip")],
    )  # fmt: skip
    assert err == "0/1 json\n1/1 zip\n"
    told = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert (told["since"], told["filters"]) == ("2026-03-13T04:00:00Z", {"zone": "999900002"})
    assert told["sections"]["headline"]["figures"]["overdue"]["value"] == 3


def test_parts_are_chosen_and_own_templates_read(run, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "templates"
    folder.mkdir(parents=True)
    (folder / "en.toml").write_text("[headline]\nlate = '{nobody}'", encoding="utf-8")
    code, out, err = run("--format", "json", "--part", "headline")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "headline.late" in err
    (folder / "en.toml").unlink()
    assert run("--format", "json", "--part", "headline")[0] == 0
    told = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert list(told["sections"]) == ["headline"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "2026-04-01"), "--since 2026-04-01 晚于时点 2026-03-20T12:00"),
        (("--since", "Friday"), "--since Friday 不是时点"),
        (("--part", "weather"), "weather"),
        (("--format", "wordperfect"), "wordperfect"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err


def test_a_countdown_is_a_setting(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_COUNTDOWN_ON", "2026-03-30")
    assert run("--format", "json", "--part", "countdown")[0] == 0
    told = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert told["sections"]["countdown"]["figures"]["days"] == {"value": 10, "unit": "days"}
    monkeypatch.setenv("GRID_COUNTDOWN_ON", "next year")
    code, out, err = run("--format", "json")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "next year" in err
