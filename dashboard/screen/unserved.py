"""The cells that a kind of facility leaves out, most people first, and the ranking of zones; both to download."""

import numpy as np
import pandas as pd

from dashboard import cached
from dashboard.analysis.service import Rule, Service
from dashboard.filters import NONE
from dashboard.screen import amounts, cases, lacking, lists, names, picks
from dashboard.text import number, percent, t, word

_CELLS = ("name", "cell", "zone", "setting", "worker", "leader", "weight", "unit", "share", "served", "facility_name",
          "facility", "distance_m", "choices", "open", "overdue")  # fmt: skip
_ZONES = ("order", "name", "zone_code", "cells", "cells_unserved", "total", "served", "unit", "share_served")


def nearest(found: Service, rows: pd.DataFrame, language: str) -> pd.Series:
    """The nearest facility of each cell by name, and how far it is."""
    none = t("coverage.no_facility" if not found.facilities else "coverage.no_walk", language)
    called = rows["facility_name"].fillna(rows["facility"])
    told = [
        none if pd.isna(distance) else t("coverage.nearest", language, name=name, meters=number(distance))
        for name, distance in zip(called, rows["distance_m"], strict=True)
    ]
    return pd.Series(told, index=rows.index, dtype=object)


def most_pressing(look: cached.Look, found: Service) -> pd.DataFrame:
    """The cells left out, those with most people first, then most open problems: as of `coverage.cells` with `who` and
    the counts of problems, and the columns of `Service.cells`."""
    unserved = found.unserved
    told = lacking.with_problems(look, cached.coverage(look).loc[unserved.index])
    return told.join(unserved).sort_values(
        ["weight", "open", "overdue"], ascending=False, kind="stable", na_position="last"
    )


def cells(look: cached.Look, rule: Rule, found: Service, language: str) -> None:
    """The first ten cells left out, each with the nearest facility, and all of them to download."""
    rows = most_pressing(look, found)
    if rows.empty:
        lists.nothing(t("list.all_fine", language))
        return
    order = t(f"coverage.order.{found.denominator}", language)
    lists.nothing(amounts.sentences([order, t(f"coverage.from_{found.method}", language)], language))
    shown = rows.head(lists.SHOWN)
    near = nearest(found, shown, language)
    lines = [
        picks.of(
            row, near.iloc[at],
            facts=t("coverage.facts", language, share=percent(row["share"]), open=number(row["open"])),
            count=amounts.bare(found.denominator, row["weight"]), unit=amounts.unit(found.denominator, language),
        )
        for at, (_, row) in enumerate(shown.iterrows())
    ]  # fmt: skip
    picks.show(lines, "cells", language, key="unserved")
    if len(rows) > len(shown):
        lists.nothing(t("list.more", language, count=number(len(rows) - len(shown))))
    name = f"coverage-{rule.kind}"
    cases.button(lambda: sheet_of_cells(found, rows, language), t("list.download", language), name, key="coverage")


def ranked(found: Service) -> pd.DataFrame:
    """The zones, the one of which least is served first; what has nobody to serve comes last."""
    return found.zones.sort_values(["share_served", "cells_unserved"], ascending=[True, False], kind="stable")


def ranking(look: cached.Look, rule: Rule, found: Service, language: str) -> None:
    """All zones with what is served of what there is, and the list to download."""
    rows = ranked(found)
    lists.nothing(t("coverage.order.zones", language))
    rows = rows.assign(name=[t("coverage.no_zone", language) if code == NONE else name
                             for code, name in rows["name"].items()])  # fmt: skip
    lines = [
        picks.of(
            row, _of(found, row, language),
            facts=t("coverage.cells_of", language, count=number(row["cells_unserved"]), of=number(row["cells"])),
            count=percent(row["share_served"]),
        )
        for _, row in names.beside(look, rows, "zones").iterrows()
    ]  # fmt: skip
    picks.show(lines, "zones", language, key="served")
    name = f"coverage-zones-{rule.kind}"
    cases.button(lambda: sheet_of_zones(found, rows, language), t("list.download", language), name, key="coverage")


def _of(found: Service, row: pd.Series, language: str) -> str:
    served, total = (amounts.bare(found.denominator, row[name]) for name in ("served", "total"))
    return t("coverage.served_of", language, served=served, total=total,
             unit=amounts.unit(found.denominator, language))  # fmt: skip


def sheet_of_cells(found: Service, rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """The list as it is downloaded: headings in words, the unit beside the numbers."""
    sheet = rows.drop(columns=["zone", "zone_name"]).assign(
        zone=rows["zone_name"],
        cell=rows.index,
        unit=t(f"siting.unit_of.{found.denominator}", language),
        setting=[word("setting", value, language) if pd.notna(value) else "" for value in rows["setting"]],
    )
    return _headed(sheet[list(_CELLS)].round({"share": 3, "served": 0, "distance_m": 0, "weight": 0}), language)


def sheet_of_zones(found: Service, rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """The ranking as it is downloaded."""
    sheet = rows.assign(
        order=np.arange(1, len(rows) + 1), zone_code=rows.index, unit=t(f"siting.unit_of.{found.denominator}", language)
    )
    return _headed(sheet[list(_ZONES)].round({"share_served": 4, "served": 0, "total": 0}), language)


def _headed(sheet: pd.DataFrame, language: str) -> pd.DataFrame:
    sheet.columns = pd.Index([t(f"coverage.column.{name}", language) for name in sheet.columns])
    return sheet
