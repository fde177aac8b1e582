"""What the address of the Briefing page asks for: parts and their order, zones, last meeting, language, papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote, unquote

import streamlit as st

from dashboard import cached
from dashboard.briefing import content
from dashboard.briefing.formats import FORMATS
from dashboard.briefing.pack import ALWAYS, ON_REQUEST
from dashboard.facts import clock
from dashboard.packs import meetings
from dashboard.packs.wanted import LOOKS, Wanted
from dashboard.screen import address, lists
from dashboard.text import LANGUAGES, number, t, word

_OFF = "-"
"""Before a part that is not said; its place in the order is kept."""
_ONLY, _WITHOUT = "only:", "but:"


@dataclass(frozen=True)
class Ticked:
    """Things in their order, and which of them are chosen."""

    every: tuple[str, ...]
    chosen: tuple[str, ...]
    """In the same order."""

    @property
    def is_whole(self) -> bool:
        """All of them are chosen."""
        return self.every == self.chosen

    def turned(self, one: str) -> "Ticked":
        """The same with one of them chosen, or not any more."""
        kept = {*self.chosen} ^ {one}
        return Ticked(self.every, tuple(each for each in self.every if each in kept))

    def moved(self, one: str, before: str) -> "Ticked":
        """The same with one of them before another one; before none of them: at the end."""
        rest = [each for each in self.every if each != one]
        at = rest.index(before) if before in rest else len(rest)
        every = (*rest[:at], one, *rest[at:])
        return Ticked(every, tuple(each for each in every if each in self.chosen))


def parts() -> Ticked:
    """The parts but the pages of zones, as the address has them; one that it does not have is chosen, at the end."""
    told = [text for text in address.choice("parts", None, "").split(",") if text]
    known = [part for part in content.PARTS if part != content.ZONE]
    asked = [name for name in dict.fromkeys(text.removeprefix(_OFF) for text in told) if name in known]
    every = tuple(asked) + tuple(part for part in known if part not in asked)
    off = {text.removeprefix(_OFF) for text in told if text.startswith(_OFF)}
    return Ticked(every, tuple(part for part in every if part not in off))


def keep_parts(ticked: Ticked) -> None:
    """For a callback."""
    told = [part if part in ticked.chosen else f"{_OFF}{part}" for part in ticked.every]
    usual = [part for part in content.PARTS if part != content.ZONE]
    address.set_choice("parts", None if told == usual else ",".join(told))


def zones(look: cached.Look) -> Ticked:
    """The zones in the filters, and those that get a page."""
    every = tuple(code for code in look.county.zones.index if not look.filters.zone or code in look.filters.zone)
    told = address.choice("pages", None, "")
    named = {unquote(text) for text in told.partition(":")[2].split(",") if text}
    if told.startswith(_ONLY):
        return Ticked(every, tuple(code for code in every if code in named))
    return Ticked(every, tuple(code for code in every if code not in named))


def keep_zones(ticked: Ticked) -> None:
    """For a callback. The shorter list is kept: a zone that comes later is in or out with the others."""
    if ticked.is_whole:
        address.set_choice("pages", None)
        return
    out = [code for code in ticked.every if code not in ticked.chosen]
    is_few = len(ticked.chosen) < len(out)
    codes = ",".join(quote(code, safe="") for code in (ticked.chosen if is_few else out))
    address.set_choice("pages", f"{_ONLY if is_few else _WITHOUT}{codes}")


def only(look: cached.Look, part: str) -> None:
    """That part is all that is said; for a callback."""
    keep_parts(Ticked(parts().every, (part,)))
    keep_zones(Ticked(zones(look).every, ()))


def take_up(part: str) -> None:
    """That part is said as well; for a callback."""
    ticked = parts()
    if part not in ticked.chosen:
        keep_parts(ticked.turned(part))


def wanted(look: cached.Look, language: str) -> Wanted:
    """All of it."""
    asked, pages, known = parts(), zones(look), (*FORMATS, *ON_REQUEST)
    is_usual = asked.is_whole and not address.choice("parts", None, "")
    told = [text for text in address.choice("papers", None, "").split(",") if text in known]
    return Wanted(
        since=since(look),
        language=address.choice("said_in", LANGUAGES, language),
        parts=None if is_usual else (*asked.chosen, content.ZONE),
        zones=None if pages.is_whole else pages.chosen,
        papers=tuple(name for name in known if name in told) or None,
        look=address.choice("look", LOOKS, LOOKS[0]),
    )


def usual_since(look: cached.Look) -> tuple[datetime, bool]:
    """The last meeting that packs were made for, else a week before the moment; and whether there was such a one."""
    held = meetings.before(look.settings.var_dir, look.county.place, look.filters.moment)
    return (held, True) if held is not None else (look.filters.moment - content.WEEK, False)


def since(look: cached.Look) -> datetime:
    """The last meeting: the end of the day that the address names, if that lies before the moment."""
    try:
        day = date.fromisoformat(address.choice("since", None, ""))
        found = _ends(look, day)
    except (ValueError, OverflowError):
        return usual_since(look)[0]
    return found if found < look.filters.moment else usual_since(look)[0]


def _ends(look: cached.Look, day: date) -> datetime:
    ends = datetime.combine(day + timedelta(days=1), time(), look.county.place.zone_info) - timedelta(seconds=1)
    return ends.astimezone(UTC)


def draw(look: cached.Look, asked: Wanted, language: str) -> None:
    """The buttons behind which last meeting, language and papers are chosen."""
    with st.container(key="briefing_choices", horizontal=True, gap="small"):
        with st.popover(t("briefing.since", language, day=_day(look, asked.since))):
            _since(look, asked, language)
        label = t("briefing.papers", language, count=number(len(asked.papers or FORMATS)))
        with st.popover(label):
            _papers(asked, language)
        with st.popover(word("briefing.said_in", asked.language, language)):
            lists.nothing(t("briefing.said_in.about", language))
            _language(language)
            lists.nothing(t("briefing.look.about", language))
            address.segmented("look", LOOKS, "briefing.look", language)


def _since(look: cached.Look, asked: Wanted, language: str) -> None:
    place = look.county.place
    usual, is_held = usual_since(look)
    lists.nothing(t("briefing.since_held" if is_held else "briefing.since_week", language, at=clock(place, usual)))
    st.session_state["briefing_since"] = place.local_day(asked.since)

    def take() -> None:
        day: date | None = st.session_state["briefing_since"]
        is_usual = day is None or day == place.local_day(usual)
        address.set_choice("since", None if is_usual or day is None else day.isoformat())

    st.date_input(
        t("briefing.since_day", language), key="briefing_since", on_change=take, format="YYYY-MM-DD",
        min_value=date(1950, 1, 1), max_value=place.local_day(look.filters.moment) - timedelta(days=1),
    )  # fmt: skip
    lists.nothing(t("briefing.as_of_note", language, at=clock(place, look.filters.moment)))


def _papers(asked: Wanted, language: str) -> None:
    every = (*FORMATS, *ON_REQUEST)
    chosen = asked.papers or tuple(FORMATS)

    def take(name: str) -> None:
        ticked = [one for one in every if st.session_state[f"paper_{one}"] or one == ALWAYS]
        address.set_choice("papers", None if ticked == list(FORMATS) else ",".join(ticked))

    for name in every:
        st.session_state[f"paper_{name}"] = name in chosen or name == ALWAYS
        st.checkbox(
            word("briefing.paper", name, language), key=f"paper_{name}", on_change=take, args=(name,),
            disabled=name == ALWAYS,
        )  # fmt: skip
    lists.nothing(t("briefing.papers_note", language))


def _language(language: str) -> None:
    st.session_state["briefing_said_in"] = address.choice("said_in", LANGUAGES, language)

    def take() -> None:
        address.set_choice("said_in", st.session_state["briefing_said_in"], language)

    st.radio(
        t("briefing.said_in.about", language), LANGUAGES, key="briefing_said_in", on_change=take,
        format_func=lambda one: word("briefing.said_in", one, language), label_visibility="collapsed",
    )  # fmt: skip


def _day(look: cached.Look, moment: datetime) -> str:
    return f"{moment.astimezone(look.county.place.zone_info):%m-%d}"


def first(ids: Sequence[str]) -> str:
    """The section that is shown: as the address says, else the first one; empty where there is none."""
    return address.choice("see", list(ids), ids[0]) if ids else ""
