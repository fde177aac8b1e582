"""Text out of files where Streamlit would read it as Markdown."""

_MARKUP = r"\`*_{}[]<>()#+!|~:$"


def escaped(text: str) -> str:
    """The text as it stands, nothing in it being markup: no picture is fetched, no link made, no formula set."""
    return "".join(f"\\{character}" if character in _MARKUP else character for character in text)
