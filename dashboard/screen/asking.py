"""The question of the siting bench: its buttons above the map and beside it, and what the address says of it."""

from collections.abc import Collection
from math import isfinite

import streamlit as st

from dashboard import cached
from dashboard.analysis.proposal import AT_MOST, CANDIDATES, KINDS, USUAL, WEIGHTS, Question
from dashboard.analysis.service import RADIUS, has_roads
from dashboard.screen import address, lists
from dashboard.text import number, t

_ANY = "0"
_LEAST_M, _MOST_M = 10.0, 10_000.0


def asked(look: cached.Look, language: str) -> Question:
    """The question that the address has, with the buttons to change kind and weight."""
    kind = address.segmented("kind", KINDS, "kind", language)
    weight = address.segmented("weight", WEIGHTS, "siting", language)
    candidates = address.choice("candidates", _candidates(look), CANDIDATES[0])
    counts = [str(count) for count in range(1, AT_MOST + 1)]
    n = int(address.choice("n", counts, str(USUAL)))
    return Question(kind, n, weight, candidates, _radius_m(look, kind), _metres(address.choice("spacing", None, _ANY)))


def conditions(look: cached.Look, question: Question, language: str) -> None:
    """Behind a button: candidates, radius and spacing."""
    own = look.standards.radius(question.kind)
    radius = question.radius_m or (own.value if own else float("nan"))
    told = t("siting.radius_is", language, metres=number(radius))
    told += t("siting.spacing_is" if question.min_spacing_m else "siting.spacing_any", language,
              metres=number(question.min_spacing_m))  # fmt: skip
    with st.popover(told):
        for name, options in (
            ("candidates", {name: t(f"siting.{name}", language) for name in _candidates(look)}),
            ("standard", _radii(look, question, language)),
            ("spacing", _spacings(look, question, language)),
        ):
            title = t(f"siting.ask_{name}", language)
            lists.nothing(title)
            address.select(name, options, title)


def standard_of(look: cached.Look, question: Question) -> str | None:
    """What the address has for the radius of a question: the key of a standard, else the metres; None: the usual."""
    if question.radius_m is None:
        return None
    reaches = look.standards.reaches(question.kind)
    same = next((key for key, one in reaches.items() if one.value == question.radius_m), written(question.radius_m))
    return None if same == RADIUS else same


def written(metres: float) -> str:
    """A length for the address."""
    return f"{metres:g}"


def _candidates(look: cached.Look) -> tuple[str, ...]:
    return tuple(name for name in CANDIDATES if name != "junctions" or has_roads(look.county))


def _radius_m(look: cached.Look, kind: str) -> float | None:
    asked = address.choice("standard", None, RADIUS)
    found = look.standards.reaches(kind).get(asked)
    if asked == RADIUS:
        return None
    return found.value if found else _metres(asked) or None


def _metres(text: str) -> float:
    """A length in an address; 0: none, or none that makes sense."""
    try:
        metres = float(text)
    except ValueError:
        return 0.0
    return metres if isfinite(metres) and _LEAST_M <= metres <= _MOST_M else 0.0


def _radii(look: cached.Look, question: Question, language: str) -> dict[str, str]:
    """Words by key in the address; a length of somebody's own stands with the standards."""
    found = {
        key: t("siting.metres", language, metres=number(one.value), what=one.title[language])
        for key, one in look.standards.reaches(question.kind).items()
    }
    return found | _own("standard", found, question.radius_m, language)


def _spacings(look: cached.Look, question: Question, language: str) -> dict[str, str]:
    titles: dict[float, list[str]] = {}
    for one in look.standards.of(question.kind, "spacing").values():
        titles.setdefault(one.value, []).append(one.title[language])
    found = {_ANY: t("siting.any", language)} | {
        written(metres): t(
            "siting.metres", language, metres=number(metres), what=t("card.comma", language).join(titles[metres])
        )
        for metres in sorted(titles)
    }
    return found | _own("spacing", found, question.min_spacing_m, language)


def _own(name: str, known: Collection[str], metres: float | None, language: str) -> dict[str, str]:
    asked = address.choice(name, None, "")
    if not metres or not asked or asked in known:
        return {}
    return {asked: t("siting.metres", language, metres=number(metres), what=t("siting.of_own", language))}


def slider(question: Question, by_hand: int | None, language: str) -> None:
    """The number to build; where sites were put by hand, so many of them, it asks for another proposal."""
    title = t("siting.number", language) if by_hand is None else t("siting.number_by_hand", language, count=by_hand)
    st.session_state["choice_n"] = question.n
    st.slider(
        title, 1, AT_MOST, key="choice_n",
        on_change=lambda: address.set_choice("n", str(st.session_state["choice_n"]), str(USUAL)),
    )  # fmt: skip
