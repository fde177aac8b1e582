"""Where a TOML file is broken, and what was expected there, as a note for either language."""

import re
import tomllib

from etl.messages import Note

# What tomllib says, up to the place, which it says last.
_MEANINGS = (
    (r"Expected '\]", "toml_bracket_missing"),
    (r"Expected '='", "toml_equals_missing"),
    (r"Expected newline", "toml_too_much"),
    (r"Unclosed array", "toml_array_open"),
    (r"Unclosed inline table", "toml_brace_open"),
    (r"Unterminated string|Illegal character|Expected '[\"']", "toml_quote_open"),
    (r"Unescaped|Escaped|Invalid hex", "toml_backslash"),
    (r"Cannot|Duplicate", "toml_twice"),
    (r"Invalid date", "toml_date"),
    (r"Invalid value", "toml_value"),
    (r"Invalid statement|Invalid initial|Found invalid", "toml_statement"),
)


def place_of(problem: tomllib.TOMLDecodeError, text: str) -> tuple[int, int, Note]:
    """(line, column, what was expected there); the end of the text where the parser only noticed it there."""
    said = str(problem)
    lines = text.split("\n")
    at = re.search(r"\(at line (\d+), column (\d+)\)$", said)
    line, column = (int(at[1]), int(at[2])) if at else (len(lines), len(lines[-1]) + 1)
    code = next((code for pattern, code in _MEANINGS if re.match(pattern, said)), "toml_other")
    return line, column, (code, {})
