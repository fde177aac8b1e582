"""What the loading side has to say, with a next step that can be taken on the page."""

from dashboard.screen import datums
from dashboard.text.errors import explain
from etl import messages
from etl.errors import GridError
from etl.messages import Note


def told(note: Note, language: str) -> str:
    """The sentence of a note, readings in words. Who drops files here changes headings or names and drops them again;
    who has a folder writes a declaration."""
    code, values = note
    here = f"{code}_dropped"
    return datums.spoken(messages.sentence((here if messages.words(here) else code, values), language), language)


def of_error(error: GridError, language: str) -> str:
    """The same of an error."""
    note = error.note
    return told(note, language) if note and messages.words(f"{note[0]}_dropped") else explain(error, language)
