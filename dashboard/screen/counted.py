"""What a list counts: heat leaves default points out and says so, a list of what is to be done counts everything."""

from dataclasses import replace

from dashboard import cached
from dashboard.analysis.figures import Figure
from dashboard.screen import lists
from dashboard.screen.figures import RATES
from dashboard.text import number, t

_COUNTS = ("problems", "open", "overdue")


def everything(look: cached.Look) -> cached.Look:
    """The same look with all problems that are somebody's, default points too, as cards and workloads count them."""
    return replace(
        look,
        filters=replace(look.filters, with_default_points=True),
        asked=replace(look.asked, with_default_points=True),
    )


def is_of_some_states(look: cached.Look) -> bool:
    """Whether filters leave some states alone: then a share of closed ones is none, and a trend is of all problems
    nevertheless."""
    return look.filters.is_overdue_only or bool(look.filters.state)


def headline(look: cached.Look) -> dict[str, Figure]:
    """The figures of a page, without rates where some states are left alone."""
    found = cached.headline(look)
    return {**found, **dict.fromkeys(RATES, Figure(None))} if is_of_some_states(look) else found


def left_out(look: cached.Look, layer: str) -> dict[str, int]:
    """How many problems heat leaves out for their default point: problems, open, overdue."""
    counts = cached.cells if layer == "cells" else cached.zones
    shown, every = counts(look), counts(everything(look))
    return {name: int(every[name].sum() - shown[name].sum()) for name in _COUNTS}


def not_counted(look: cached.Look, layer: str, language: str) -> None:
    """How many problems a list of heat leaves out, and why; nothing where it leaves none out."""
    left = left_out(look, layer)
    if any(left.values()):
        told = t("list.counts", language, **{name: number(count) for name, count in left.items()})
        lists.nothing(t("list.not_counted", language, counts=told))
