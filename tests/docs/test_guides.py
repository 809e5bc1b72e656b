"""The guides say what is so: texts, settings, commands, scripts, pictures and links."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer.main

from bots.registry import PLATFORMS
from bridge.domain.catalogue import nb
from bridge.program import app
from bridge.settings import SECRETS
from tests.support.pages import INSIDE_OTHERS, PAGES, ROOT, WHEN, drawn, parts_of

GUIDES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "bots/README.md")),
        *(ROOT / "bridge").glob("README.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("docs/*.yml"),
    ]
)
ASKED = re.compile(r'\be\.\w+\(\s*"(?P<name>[A-Z_]*[A-Z])"')
STORE_ASKED = re.compile(r'prefix \+ "(?P<name>[A-Z_]*[A-Z])"')


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("name", PAGES)
def test_what_is_drawn_from_the_code_is_as_the_code_is(name: str) -> None:
    """A youth, a leader and an operator each act on what their guide shows."""
    page = (ROOT / name).read_text()

    assert parts_of(page)
    assert page == drawn(page), "draw it anew: python -m tests.support.pages"


def test_every_text_a_youth_can_get_has_its_occasion() -> None:
    """A text that nobody can look up beforehand is one that nobody has agreed to."""
    assert WHEN.keys() | INSIDE_OTHERS == nb.TEXTS.keys()


def settings_known() -> set[str]:
    files = [ROOT / "bridge" / "settings.py", ROOT / "bridge" / "accounts.py"]
    files += ROOT.glob("bots/*/account.py")
    sources = [file.read_text() for file in files]
    known = {found["name"] for source in sources for found in ASKED.finditer(source)}
    store = (ROOT / "casestore" / "settings.py").read_text()
    known |= {f"CASESTORE__{found['name']}" for found in STORE_ASKED.finditer(store)}
    return {f"UTEBRU_{name}" for name in known}


def settings_told() -> Mapping[str, str]:
    """Each row of the settings table: the name and the rest of its line."""
    page = (ROOT / "docs" / "operations.md").read_text()
    return dict(re.findall(r"^\| `(UTEBRU_[A-Z_]+)` \|(.*)\|$", page, re.MULTILINE))


def test_the_settings_table_has_every_setting_and_no_other() -> None:
    """An operator who sets what is not read believes something that is not so."""
    assert set(settings_told()) == settings_known()


def test_the_settings_table_says_which_may_be_files() -> None:
    """A token in a file is not in a process list."""
    told = {name for name, rest in settings_told().items() if "🔑" in rest}

    assert told == {
        f"UTEBRU_{name}" for name in (*SECRETS, *(s for p in PLATFORMS for s in p.secrets))
    }


@pytest.mark.parametrize("path", GUIDES, ids=named)
def test_every_command_in_a_guide_exists(path: Path) -> None:
    """At three in the night nobody should type what was only planned."""
    command = typer.main.get_command(app)
    known = _names(command)

    for words in re.findall(r"`utebru ([a-z -]+?)(?:`| [A-Z-<])", path.read_text()):
        plain = " ".join(word for word in words.split() if not word.startswith("-"))
        assert plain in known, words


def _names(command: object, before: str = "") -> set[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return {before.strip()}
    return {before.strip()}.union(*(_names(c, f"{before} {name}") for name, c in inner.items()))


@pytest.mark.parametrize("path", GUIDES, ids=named)
def test_every_picture_and_every_page_a_guide_points_to_is_there(path: Path) -> None:
    """A dead link is where a reader gives up."""
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_pictures_are_small_and_used() -> None:
    """A clone over a phone should not cost more than it gives."""
    everything = "\n".join(path.read_text() for path in GUIDES)
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < 300_000
        assert picture.name in everything


def test_the_readme_fits_on_a_page_or_two() -> None:
    """What it is, a picture, two commands, what each promise means, and where to read on."""
    page = (ROOT / "README.md").read_text()

    assert len(page.splitlines()) <= 120
    assert "make demo" in page
    assert "make test" in page
    assert "docs/pictures/demo.png" in page
