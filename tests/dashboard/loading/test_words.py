"""One word for one thing, on the command line and on the screen."""

import pytest

from dashboard.text import words
from etl import messages

ON_SCREEN = {"refused": "refused_rows", "unchanged": "unchanged_rows", "finished_at": "at"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_columns_and_layers_are_called_alike(language: str) -> None:
    screen = words(language)
    for part, group in (("cli_column_", "data."), ("cli_layer_", "layer.")):
        said = messages.words(part)
        assert said
        for code, told in said.items():
            name = code.removeprefix(part)
            name = ON_SCREEN.get(name, name) if group == "data." else name
            assert told[language].casefold() == screen[group + name].casefold(), code
