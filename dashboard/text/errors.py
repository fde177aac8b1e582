"""What went wrong, in words: the errors of the dashboard from `[error]` of `zh.toml` and `en.toml`, told with those of
the loading side.

    raise errors.error(NoData, "no_such_place", code=code, known=codes)

As in `etl.messages`, an error carries its code and values, so that the edge (command line, page) can tell it in the
reader's language; its own text is the Chinese sentence.
"""

from pathlib import Path
from typing import Any, TypeVar

from dashboard.text import words
from etl import messages
from etl.errors import GridError

Raised = TypeVar("Raised", bound=GridError)


def error(kind: type[Raised], code: str, /, **values: Any) -> Raised:
    """An error of `kind` with `.note`; `KeyError` for a code that the files of words do not have."""
    template = words("zh")[f"error.{code}"]
    plain = {name: _plain(value) for name, value in values.items()}
    made = kind(messages.filled(template, plain, "zh"))
    made.note = (f"error.{code}", plain)
    return made


def explain(problem: BaseException, language: str) -> str:
    """The sentence of any error in `language`; its own text where it was raised without a note."""
    code, values = getattr(problem, "note", None) or ("", {})
    template = words(language).get(code)
    return messages.explain(problem, language) if template is None else messages.filled(template, values, language)


def _plain(value: Any) -> Any:
    """A value as JSON knows it, so that a note can be kept; a path in posix spelling."""
    if isinstance(value, Path):
        return value.as_posix()
    return value if isinstance(value, str | int | float | list) else str(value)
