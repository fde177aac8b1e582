"""Two scenarios of siting side by side: chosen by name, kept in the address, on the map and in figures."""

from html import escape

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis.contrast import BOTH, NEITHER, ONE, OTHER, Contrast, aligned, contrasted
from dashboard.analysis.scenario import Arrangement, Scenario
from dashboard.facts import clock
from dashboard.maps import contrasts as maps
from dashboard.saved.shelf import Listed
from dashboard.saved.thing import Saved
from dashboard.screen import address, amounts, cases, frame, lists, picks, sites
from dashboard.text import number, percent, t, word

_PARTS = ("one", "other")
"""Names in the address of what is compared: a saved scenario's key; `one` may be left out, it is the bench then."""
_LETTERS = 12


def choose(look: cached.Look, every: Listed, language: str) -> None:
    """The two lists to choose from."""
    if not every.things:
        return
    keys = {thing.key[:_LETTERS]: thing.name for thing in every.things}
    lists.nothing(t("scenario.compare", language))
    with st.container(horizontal=True, gap="small"):
        address.select("one", {"": t("scenario.bench", language), **keys}, t("scenario.compare_one", language))
        address.select("other", {"": t("scenario.nothing", language), **keys}, t("scenario.compare_other", language))


def draw(
    look: cached.Look, body: frame.Body, made: Arrangement, kept: tuple[dict[str, Scenario], Listed], language: str
) -> bool:
    """Draws map and figures where two are compared; whether it did. `kept`: as of `scenarios.bar`."""
    found, every = kept
    one, other = (_thing(every, address.choice(name, None, "")) for name in _PARTS)
    if other is None or made.refusal:
        return False
    first = made if one is None else cached.arranged(look, found[one.name])
    second = cached.arranged(look, aligned(first.scenario, found[other.name]))
    names = (t("scenario.bench", language) if one is None else one.name, other.name)
    shown = contrasted(first, second)
    selected = frame.selected(look)
    with body.map:
        frame.draw(
            maps.contrasted(
                look.county, shown, names, look=frame.map_style(look, language), selected=selected,
                refusal=refusal(shown, language),
            ),
            selected,
        )  # fmt: skip
    with body.reasons:
        beside(look, shown, names, [thing for thing in (one, other) if thing is not None], language)
    return True


def refusal(found: Contrast, language: str) -> str:
    """Why they cannot be compared; empty: they can."""
    if found.refusal is None:
        return ""
    return t("scenario.other_kind" if found.refusal == "other_kind" else "scenario.not_reckoned", language)


def beside(look: cached.Look, found: Contrast, names: tuple[str, str], things: list[Saved], language: str) -> None:
    """Figures of both, what only one covers, sites of one and not of the other, and on which data."""
    lists.title(t("scenario.contrast", language, one=names[0], other=names[1]))
    st.button(t("scenario.end", language), key="contrast_end", type="tertiary", on_click=_end)
    why_not = refusal(found, language)
    if why_not:
        lists.nothing(why_not)
        return
    st.html(_table(figures(found, names, language)))
    total = sites.amount(found.one, found.one.total, language)
    weight = word("siting", found.one.scenario.question.weight, language)
    lists.title(t("scenario.who", language), t("scenario.of", language, weight=weight, total=total))
    st.html(_table(parts(found, names, language)))
    for part, name in ((ONE, names[0]), (OTHER, names[1])):
        _sites(found, part, name, language)
    lists.nothing(_data(look, things, language))
    cases.button(lambda: table(found, names, language), t("list.download", language), "siting-contrast", key="contrast")


def figures(found: Contrast, names: tuple[str, str], language: str) -> pd.DataFrame:
    """Headings: today and the two names; rows in words."""
    one, other = found.one, found.other
    rows = {
        "share": [percent(one.share(covered)) for covered in (one.before, one.covered)]
        + [percent(other.share(other.covered))],
        "reached": [sites.amount(one, covered, language) for covered in (one.before, one.covered, other.covered)],
        "sites": ["", *(number(len(made.sites)) for made in (one, other))],
        "closed": ["", *(number(int(made.facilities["is_closed"].sum())) for made in (one, other))],
        "radius": ["", *(t("scenario.in_metres", language, metres=number(made.radius_m)) for made in (one, other))],
    }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=pd.Index([t("scenario.today", language), *names]))
    return frame.set_axis(pd.Index([t(f"scenario.{row}", language) for row in rows]))


def parts(found: Contrast, names: tuple[str, str], language: str) -> pd.DataFrame:
    """Rows: covered by both, by one alone, by neither; weight, share of all, cells that count."""
    cells = found.cells[found.cells["weight"] > 0]["part"].value_counts()
    labels = {
        BOTH: t("scenario.both", language),
        ONE: t("scenario.only", language, name=names[0]),
        OTHER: t("scenario.only", language, name=names[1]),
        NEITHER: t("scenario.neither", language),
    }
    rows = [
        (sites.amount(found.one, found.sums[part], language), percent(found.one.share(found.sums[part])),
         t("scenario.cells", language, count=number(int(cells.get(part, 0)))))
        for part in labels
    ]  # fmt: skip
    return pd.DataFrame(rows, index=pd.Index(list(labels.values())), columns=["", "", ""])


def table(found: Contrast, names: tuple[str, str], language: str) -> pd.DataFrame:
    """Every site of either, for the download."""
    labels = {BOTH: t("scenario.sites_both", language), ONE: names[0], OTHER: names[1]}
    rows = found.sites.assign(part=found.sites["part"].map(labels))
    rows = rows[["part", "candidate", "name", "cell", "zone_name", "lon", "lat"]]
    headings = [t("scenario.name", language), *(t(f"siting.{name}", language) for name in rows.columns[1:])]
    return rows.set_axis(pd.Index(headings), axis=1)


def _sites(found: Contrast, part: str, name: str, language: str) -> None:
    rows = found.sites[found.sites["part"] == part]
    if rows.empty:
        return
    lists.title(t("scenario.sites_only", language, name=name))
    made, which = (found.one, "site_one") if part == ONE else (found.other, "site_other")
    shown = []
    for site in rows[which]:
        row = made.sites.loc[site]
        gain = sites.amount(made, row["gain"], language)
        why = t("siting.gain_line", language, gain=gain, share=percent(row["share"]))
        shown.append(picks.Line(*sites.called(row, language), "", why, key=str(site)))
    picks.show(shown, "cells", language, key=f"contrast_{part}")


def _data(look: cached.Look, things: list[Saved], language: str) -> str:
    told = [
        t("scenario.same_data", language, at=clock(look.county.place, look.filters.moment),
          version=look.county.data_version)
    ]  # fmt: skip
    now = (look.county.data_version, look.filters.moment)
    told += [
        t("scenario.other_data", language, name=thing.name, version=thing.made.data_version,
          at=clock(look.county.place, thing.made.as_of))
        for thing in things
        if (thing.made.data_version, thing.made.as_of) != now
    ]  # fmt: skip
    return amounts.sentences(told, language)


def _table(frame: pd.DataFrame) -> str:
    """A small table as HTML, every text escaped."""
    heads = "".join(f"<th>{escape(str(name))}</th>" for name in frame.columns)
    rows = "".join(
        f"<tr><th>{escape(str(row[0]))}</th>" + "".join(f"<td>{escape(str(value))}</td>" for value in row[1:]) + "</tr>"
        for row in frame.itertuples(name=None)
    )
    head = f"<thead><tr><th></th>{heads}</tr></thead>" if any(frame.columns) else ""
    return f'<table class="contrast">{head}<tbody>{rows}</tbody></table>'


def _thing(every: Listed, key: str) -> Saved | None:
    return next((thing for thing in every.things if key and thing.key.startswith(key)), None)


def _end() -> None:
    for name in _PARTS:
        address.set_choice(name, None)
