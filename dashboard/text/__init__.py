"""The words on the screen, looked up by key: `zh.toml` and `en.toml` have the same keys and the same values in them."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value)


@cache
def words(language: str) -> Mapping[str, str]:
    """Every text of one language by its dotted key, e.g. `tab.overview`."""
    path = Path(__file__).parent / f"{language}.toml"
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))


def t(key: str, language: str, **values: object) -> str:
    """The text of `key` with `values` put in; `KeyError` for a key that no file has."""
    text = words(language)[key]
    return text.format(**values) if values else text


def word(group: str, code: object, language: str) -> str:
    """The word for a code of the data (`state`, `kind`, `role` …); what no dictionary has stands as it was written."""
    return words(language).get(f"{group}.{code}", "" if code is None else str(code))


def place_name(name: str, code: str, language: str) -> str:
    """The name of a place; one that nobody named carries its division code for a name, and that is said."""
    return name if name not in ("", code) else t("head.unnamed", language, code=code)


def number(value: float | None, digits: int = 0) -> str:
    """A figure with thousands separated, an em dash where there is none: `1,071`."""
    return "—" if value is None or math.isnan(value) else f"{value:,.{digits}f}"


def percent(value: float | None) -> str:
    """A share of one as people read it: `75.8%`."""
    return "—" if value is None or math.isnan(value) else f"{value:.1%}"
