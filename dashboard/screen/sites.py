"""What stands beside the map of sites: share, list, curve, rule, and the card of a site or facility."""

from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from dashboard import cached
from dashboard.analysis.proposal import WANTED_SHARE, WEIGHTS, Proposal
from dashboard.analysis.scenario import Arrangement
from dashboard.analysis.served import PEOPLE
from dashboard.analysis.service import RADIUS
from dashboard.maps.live import Arranged
from dashboard.maps.siting import SHUT, SITE
from dashboard.screen import amounts, arranging, asking, cases, charts, frame, gaps, lists, picks
from dashboard.text import number, percent, t, word


def share(made: Arrangement, language: str) -> None:
    """The share covered today and with the arrangement, and what no choice of as many candidates exceeds."""
    before, after = percent(made.share(made.before)), percent(made.share(made.covered))
    bound = t("siting.up_to", language, count=len(made.sites), share=percent(made.share(made.bound)))
    lists.title(t("siting.share", language, before=before, after=after), bound if len(made.sites) else "")


def panel(look: cached.Look, found: Proposal, made: Arrangement, language: str) -> None:
    """What it comes to, the sites one by one, the curve, the rule and the download."""
    lists.nothing(sums(found, made, language))
    lists.nothing(sure(found, made, language))
    _listed(made, language)
    _closed(made, language)
    lists.title(t("siting.curve", language), t("siting.curve_note", language))
    st.altair_chart(charts.by_number(curve(found, made), language), key="chart_siting")
    _rule(look, made, language)
    kind = made.scenario.question.kind
    cases.button(lambda: table(made, language), t("list.download", language), f"siting-{kind}", key="siting")


def lines(made: Arrangement, language: str) -> list[str]:
    """What each site adds, as a sentence."""
    return [
        t("siting.line", language, site=site, gain=amount(made, gain, language), share=percent(part))
        for site, gain, part in zip(made.sites.index, made.sites["gain"], made.sites["share"], strict=True)
    ]


def worth(made: Arrangement, language: str) -> list[str]:
    """What each facility is worth, as a sentence: lost when it is closed, back when it is opened again."""
    return [
        t("siting.if_opened" if is_closed else "siting.if_closed", language, loss=amount(made, loss, language))
        for is_closed, loss in zip(made.facilities["is_closed"], made.facilities["loss"], strict=True)
    ]


def amount(made: Arrangement, value: float, language: str) -> str:
    """A sum with its unit: people, problems, km²."""
    return amounts.told(made.denominator, value, language)


def sums(found: Proposal, made: Arrangement, language: str) -> str:
    """The shares as sums, with what is counted and what is left out."""
    values = {name: amount(made, getattr(made, name), language) for name in ("before", "covered", "total")}
    kind = word("kind", made.scenario.question.kind, language)
    parts = [
        t(
            "siting.from_to", language, **values, kind=kind,
            existing=number(len(made.facilities)), candidates=number(len(found.places)),
        )
    ]  # fmt: skip
    closed = int(made.facilities["is_closed"].sum())
    if closed:
        parts.append(t("siting.closing", language, count=closed, kind=kind, loss=amount(made, made.lost, language)))
    if made.scenario.question.weight == WEIGHTS[0] and made.denominator != PEOPLE:
        parts.append(t(f"siting.instead.{made.denominator}", language))
    if made.unknown:
        parts.append(t("siting.unknown", language, count=number(made.unknown)))
    return amounts.sentences(parts, language)


def sure(found: Proposal, made: Arrangement, language: str) -> str:
    """Whether a better choice may be left, and how many sites the wanted share takes."""
    count = len(found.sites)
    parts = []
    if made.scenario.sites is not None or made.facilities["is_closed"].any():
        parts.append(_by_hand(made, language))
    elif found.covered < found.bound:
        parts.append(
            t("siting.not_proven", language, count=len(found.curve) - 1, bound=amount(made, found.bound, language))
        )
    elif count:
        parts.append(t("siting.best", language, count=count))
    if made.scenario.sites is None and 0 < count < len(found.curve) - 1:
        parts.append(t("siting.fewer", language, count=count))
    key = "never" if found.needed is None else "not_needed" if not found.needed else "needed"
    key += "" if key != "needed" or found.is_least else "_at_most"
    values = {"count": number(found.needed)} if key.startswith("needed") else {}
    parts.append(t(f"siting.{key}", language, share=f"{WANTED_SHARE:.0%}", **values))
    if key.startswith("needed") and made.scenario.question.min_spacing_m:
        parts.append(t("siting.without_spacing", language))
    return amounts.sentences(parts, language)


def curve(found: Proposal, made: Arrangement) -> pd.DataFrame:
    """Columns sites (0 … n), covered, bound: shares of all weight. Covered is of the sites in their order; of more
    sites than the proposal has, only the last has a bound."""
    steps = [made.before - made.lost, *made.sites["covered"]]
    if made.scenario.sites is None:
        steps += [steps[-1]] * (len(found.curve) - len(steps))
    length = max(len(steps), len(found.bounds))
    bounds = [*found.bounds, *[float("nan")] * (length - len(found.bounds))]
    if len(steps) == length > len(found.bounds):
        bounds[-1] = made.bound
    columns = {"covered": pd.Series(steps, dtype="f8"), "bound": pd.Series(bounds, dtype="f8")}
    return (pd.DataFrame(columns) / made.total).rename_axis("sites").reset_index()


def table(made: Arrangement, language: str) -> pd.DataFrame:
    """The list as it is downloaded: headings in words, sums in the unit named beside them."""
    rows = made.sites.reset_index(names="order").round({"share": 4})
    rows["unit"] = t(f"siting.unit_of.{made.denominator}", language)
    names = ["order", "name", "cell", "zone_name", "gain", "covered", "unit", "share", "loss", "lon", "lat"]
    if rows["candidate"].notna().any():
        names.insert(1, "candidate")
    rows = rows[names].rename(columns={"share": "cumulative"})
    rows.columns = pd.Index([t(f"siting.{name}", language) for name in rows.columns])
    return rows


def there(made: Arrangement, selected: tuple[str, str] | None) -> tuple[str, str] | None:
    """What is selected as it is drawn: a site that there is, a facility of the kind as open or closed."""
    kind = made.scenario.question.kind
    if selected is None or selected[0] not in (SITE, SHUT, kind):
        return selected
    code = selected[1]
    if selected[0] == SITE:
        return selected if code in made.sites.index.astype(str) else None
    if code not in made.facilities.index:
        return None
    return SHUT if made.facilities.at[code, "is_closed"] else kind, code


def card(made: Arrangement, selected: tuple[str, str], language: str) -> None:
    """The site or facility that was clicked, what it is worth, and the button that takes it away or brings it back."""
    kind, code = selected
    with st.container(key="point"):
        if kind == SITE:
            site = made.sites.iloc[int(code) - 1]
            name = t("siting.site_of", language, site=code, place=_place(site, language))
            facts = [
                t("siting.adds", language, gain=amount(made, site["gain"], language)),
                t("siting.less", language, loss=amount(made, site["loss"], language)),
            ]
            drop = partial(arranging.arrange, made, Arranged("drop", code))
            action = ("drop", drop)
        else:
            at = made.facilities.index.tolist().index(code)
            row = made.facilities.iloc[at]
            name = f"{word('kind', made.scenario.question.kind, language)} {picks.called(row['name'], code)[1]}"
            facts = [worth(made, language)[at]]
            toggle = partial(arranging.close, made, code, is_closed=not row["is_closed"])
            action = ("open_again" if row["is_closed"] else "close", toggle)
        body = amounts.sentences(facts, language)
        st.html(f'<div class="card"><h3>{escape(name)}</h3><div>{escape(body)}</div></div>')
        with st.container(horizontal=True, gap="small"):
            st.button(t(f"siting.{action[0]}", language), key="point_act", on_click=action[1])
            st.button(t("list.back", language), key="point_let_go", type="tertiary", on_click=frame.let_go)


def _by_hand(made: Arrangement, language: str) -> str:
    gap = made.bound - made.covered
    if gap <= 0:
        return t("siting.by_hand_best", language, count=len(made.sites))
    return t("siting.by_hand", language, count=len(made.sites), gap=amount(made, gap, language))


def _listed(made: Arrangement, language: str) -> None:
    if made.sites.empty:
        lists.nothing(t("siting.nothing" if made.scenario.sites is None else "siting.none", language))
        return
    shown = []
    for site, row in made.sites.iterrows():
        why = t("siting.gain_line", language, gain=amount(made, row["gain"], language), share=percent(row["share"]))
        facts = [t("siting.less", language, loss=amount(made, row["loss"], language))]
        if not row["is_proposed"]:
            facts.insert(0, t("siting.moved", language))
        if row["is_too_near"]:
            facts.insert(0, t("siting.too_near", language))
        shown.append(
            picks.Line(
                *called(row, language), "", why,
                facts=amounts.sentences(facts, language), key=str(site), at=(SITE, str(site)),
            )
        )  # fmt: skip
    picks.show(shown, SITE, language, key="sites")


def _closed(made: Arrangement, language: str) -> None:
    closed = made.facilities[made.facilities["is_closed"]]
    if closed.empty:
        return
    lists.title(t("siting.closed_title", language, kind=word("kind", made.scenario.question.kind, language)))
    shown = []
    for code, name, loss in zip(closed.index.astype(str), closed["name"], closed["loss"], strict=True):
        why = t("siting.if_opened", language, loss=amount(made, loss, language))
        shown.append(picks.Line(code, *picks.called(name, code), "", why, at=(SHUT, code)))
    picks.show(shown, SHUT, language, key="closed")


def called(row: pd.Series, language: str) -> tuple[str, str, str]:
    """Code of a site's cell (where there is none, the degrees), what its place is called, and both for hovering."""
    code = row["cell"] if isinstance(row["cell"], str) else f"{row['lon']:.6f}, {row['lat']:.6f}"
    name = _place(row, language)
    return code, name, " ".join(dict.fromkeys(part for part in (name, code) if part))


def _place(row: pd.Series, language: str) -> str:
    if isinstance(row["candidate"], str):
        return row["candidate"]
    if not isinstance(row["cell"], str):
        return t("siting.no_cell", language)
    return picks.called(row["name"], row["cell"], row["zone_name"])[0]


def _rule(look: cached.Look, made: Arrangement, language: str) -> None:
    question = made.scenario.question
    rule = t("siting.rule", language, radius=number(made.radius_m))
    standard = look.standards.reaches(question.kind).get(asking.standard_of(look, question) or RADIUS)
    if standard is None:
        lists.nothing(rule)
        return
    if standard.by_setting:
        rule = amounts.sentences([rule, t("siting.one_radius", language)], language)
    gaps.by_standard(standard, rule, language)
