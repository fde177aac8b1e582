"""The card of a place as a room reads it from afar: who answers for it and how it stands, in a few plain lines."""

from dashboard import cached
from dashboard.analysis.responsibility import Card, Holder
from dashboard.facts import facts
from dashboard.maps import layers
from dashboard.screen import counted, figures, lists
from dashboard.sentences.places import said
from dashboard.text import number, place_name, t

_FIGURES = ("reported", "open", "overdue", "on_time_rate", "unassigned")
_NAMES = 3


def card(look: cached.Look, selected: tuple[str, str] | None, language: str) -> layers.Card:
    """Of the zone or cell that is selected, else of the whole place."""
    if selected is None or selected[0] not in ("zones", "cells"):
        return _whole(look, language)
    found = cached.card(look, *selected)
    return _cell(found, language) if found.layer == "cells" else _zone(found, language)


def _whole(look: cached.Look, language: str) -> layers.Card:
    place = look.county.place
    found = counted.headline(look)
    told = [figures.plain(name, found[name], language) for name in _FIGURES if found[name].missing is None]
    lines = tuple(t("present.line", language, name=name, told=value) for name, value in told)
    return layers.Card(place_name(place.name, place.code, language), lines)


def under(look: cached.Look, mark: str, language: str) -> str:
    """What stands below the map: its mark, the moment, the period and what is filtered."""
    # The last of the facts is the version of the data, which says nothing to a room.
    told = facts(look.county, look.snapshot, look.filters, language)[:-1]
    return t("print.between", language).join((mark, *told))


def _cell(found: Card, language: str) -> layers.Card:
    lines = [
        _people("worker", found.workers, language),
        _people("leader", found.leaders, language),
        _people("member_unit", found.units, language),
        *_standing(found, language),
    ]
    is_nobodys = found.workers is not None and not found.workers
    return layers.Card(
        said(found.name, found.code, found.zone_name),
        tuple(line for line in lines if line),
        t("list.nobody", language) if is_nobodys else "",
    )


def _zone(found: Card, language: str) -> layers.Card:
    cells = _line("cells", lists.cells_of(found, language), language)
    lines = [_people("leader", found.leaders, language), _people("deputy", found.deputies, language), cells]
    lines += _standing(found, language)
    is_nobodys = found.leaders is not None and not found.leaders
    return layers.Card(
        said(found.name, found.code), tuple(line for line in lines if line),
        t("list.nobody", language) if is_nobodys else "",
    )  # fmt: skip


def _people(role: str, holders: tuple[Holder, ...] | None, language: str) -> str:
    """Empty where there is nobody, which the tag says of whom it matters, or where no such names are kept."""
    if not holders:
        return ""
    told = t("card.comma", language).join(holder.name or "" for holder in holders[:_NAMES])
    if len(holders) > _NAMES:
        told = t("card.more_names", language, names=told, count=len(holders))
    return _line(role, told, language)


def _standing(found: Card, language: str) -> list[str]:
    counts = {name: number(getattr(found, name)) for name in ("problems", "open", "overdue")}
    told = [_line("problems", t("list.counts", language, **counts), language)]
    if found.visits is not None:
        told.append(_line("visits", lists.visited(found, language), language))
    return told


def _line(name: str, told: str, language: str) -> str:
    return t("present.line", language, name=t(f"card.{name}", language), told=told)
