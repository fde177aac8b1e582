"""The picture in docs/architecture.md, held against the imports: who may know whom."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = [
    *sorted(path.relative_to(ROOT) for folder in ("etl", "dashboard") for path in (ROOT / folder).rglob("*.py")),
    Path("settings.py"),
    Path("streamlit_app.py"),
]

# From files to the database, in the order in which a row passes; a stage knows those before it, never those after.
STAGES = [
    ("errors", "formulas"),
    ("messages",),
    ("database",),
    ("schema", "declarations", "history", "words", "commandline", "toml_syntax"),
    ("read", "coordinates"),
    ("sources",),
    ("columns", "assign", "checks"),
    ("clean", "grid"),
    ("intake",),
    ("merge", "refused"),
    ("load",),
    ("export", "sample", "console"),
    ("__main__",),
]


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports_of(path: Path) -> frozenset[tuple[str, str]]:
    """(module, name) of every import, also of those inside functions; relative ones made absolute."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    package = list(path.parts[:-1])
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {(module, alias.name) for alias in node.names}
    return frozenset(found)


def uses(path: Path, *modules: str) -> Iterator[str]:
    """The imports of `path` that reach one of `modules` or what lies below it."""
    for module, name in imports_of(path):
        full = f"{module}.{name}" if name else module
        if any(full == m or full.startswith(m + ".") or module == m for m in modules):
            yield full


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_etl_does_not_know_the_dashboard(path: Path) -> None:
    if path.parts[0] == "etl":
        assert not list(uses(path, "dashboard", "streamlit", "folium"))


def test_stages_know_only_earlier_stages() -> None:
    rank = {name: position for position, names in enumerate(STAGES) for name in names}
    wrong = []
    for path in MODULES:
        if path.parts[0] != "etl" or path == Path("etl/__init__.py"):
            continue
        own = _name(path).split(".")[1]
        assert own in rank, f"{path} is in no stage: give it a place in STAGES and in docs/architecture.md"
        for module, name in imports_of(path):
            if module == "etl" or module.startswith("etl."):
                other = module.split(".")[1] if "." in module else name
                if other in rank and other != own and rank[other] >= rank[own]:
                    wrong.append(f"{path} imports etl.{other}")
    assert not wrong


def test_only_queries_knows_the_tables() -> None:
    allowed = {
        "dashboard/queries.py": ("etl.schema", "etl.database", "etl.history"),
        "dashboard/__main__.py": ("etl.commandline",),
        "dashboard/tables/written.py": ("etl.formulas",),
        "dashboard/text/errors.py": ("etl.messages",),
        "dashboard/briefing/templates/__init__.py": ("etl.messages", "etl.toml_syntax"),
        "dashboard/loading": ("etl.load", "etl.messages", "etl.refused", "etl.read.archive"),
    }
    wrong = []
    for path in MODULES:
        if path.parts[0] != "dashboard":
            continue
        for full in uses(path, "etl"):
            may = allowed.get(path.as_posix(), allowed.get(path.parent.as_posix(), ()))
            if full.startswith("etl.errors"):
                continue
            if not any(full == m or full.startswith(m + ".") for m in may):
                wrong.append(f"{path} imports {full}")
    assert not wrong


def test_analysis_is_pure() -> None:
    for path in MODULES:
        if path.parts[:2] == ("dashboard", "analysis"):
            forbidden = ("streamlit", "folium", "sqlalchemy", "altair", "dashboard.maps", "dashboard.pages")
            assert not list(uses(path, *forbidden, "dashboard.cached", "dashboard.text")), path


def test_maps_know_no_page_and_no_sql() -> None:
    for path in MODULES:
        if path.parts[:2] == ("dashboard", "maps"):
            assert not list(uses(path, "sqlalchemy", "dashboard.pages", "dashboard.cached")), path


def test_sentences_and_briefing_know_no_screen_and_no_sql() -> None:
    screen = ("streamlit", "altair", "dashboard.cached", "dashboard.pages", "dashboard.screen", "dashboard.loading")
    for path in MODULES:
        if path.parts[:2] in (("dashboard", "sentences"), ("dashboard", "briefing")):
            assert not list(uses(path, *screen, "sqlalchemy", "dashboard.queries")), path
        if path.parts[:2] in (("dashboard", "sentences"), ("dashboard", "analysis"), ("dashboard", "maps")):
            assert not list(uses(path, "dashboard.briefing")), path


def test_only_cached_caches() -> None:
    for path in MODULES:
        text = (ROOT / path).read_text(encoding="utf-8")
        if path.parts[:2] != ("dashboard", "cached"):
            assert "st.cache_" not in text and "cache_resource" not in text, path


def test_settings_are_made_in_entry_points_only() -> None:
    entries = {"etl/__main__.py", "dashboard/__main__.py", "streamlit_app.py", "settings.py"}
    for path in MODULES:
        if path.as_posix() not in entries:
            assert "Settings.read(" not in (ROOT / path).read_text(encoding="utf-8"), path


def test_pages_are_short_and_modules_hold_one_concept() -> None:
    for path in MODULES:
        lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
        limit = 80 if path.parts[:2] == ("dashboard", "pages") else 350
        assert lines <= limit, f"{path} has {lines} lines, more than {limit}"


def test_nobody_reaches_into_another_modules_private_names() -> None:
    wrong = [
        f"{path}: {module}.{name}"
        for path in MODULES
        for module, name in imports_of(path)
        if module.split(".")[0] in ("etl", "dashboard") and name.startswith("_") and not name.startswith("__")
    ]
    assert not wrong
