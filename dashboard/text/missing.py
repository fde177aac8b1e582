"""What is said of a fact that nobody can tell, as the place keeps no record of it: never a number, and what to load."""

from dashboard.text import t, word

_OF_THE_RULE = "no_standard"
"""The one reason that lies in the standards, not in the data."""


def value(reason: str, language: str) -> str:
    """What stands in place of the number; `reason` as of `analysis.recorded.REASONS`."""
    return t("missing.not_judged" if reason == _OF_THE_RULE else "missing.not_recorded", language)


def next_step(fact: str, reason: str, language: str) -> str:
    """One sentence: what is missing and which layer to load. `fact` as of `analysis.recorded.missing`."""
    if reason == _OF_THE_RULE:
        return t("coverage.no_standard", language)
    kind = fact.removeprefix("unserved_")
    if kind != fact:
        return t("missing.unserved_kind", language, kind=word("kind", kind, language))
    return t(f"missing.{fact}", language)
