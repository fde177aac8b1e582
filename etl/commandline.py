"""The words of `argparse` itself, which it has in English only, in the language of the program around it."""

import argparse

from etl import messages

_OWN = "argparse_"


def speak(language: str) -> None:
    """From now on `argparse` says its own words in the language; they stand in `messages.toml` by their English.

    It asks gettext for each when it needs it, under these two names; what we have no word for stays English.
    """
    own = messages.words(_OWN)
    known = {told["en"]: told[language] for told in own.values()}

    def one(text: str) -> str:
        return known.get(text, text)

    def several(singular: str, plural: str, count: int) -> str:
        return one(singular if count == 1 else plural)

    vars(argparse).update(_=one, ngettext=several)
