"""What of an arrangement of sites leaves the screen: an Excel file of three sheets, and a GeoPackage."""

import json
import re

import pandas as pd
import streamlit as st

from dashboard import cached, geopackage
from dashboard.analysis.assignments import looked_up
from dashboard.analysis.scenario import Arrangement
from dashboard.facts import facts, stated
from dashboard.maps import siting, siting_layers
from dashboard.screen import sheet, sites
from dashboard.text import t, word
from dashboard.workbook import MEDIA_TYPE

_GPKG = "application/geopackage+sqlite3"
_NOT_IN_A_FILE = re.compile(r'[\x00-\x1f<>:"/\\|?*.]+')


def buttons(look: cached.Look, made: Arrangement, name: str, language: str) -> None:
    """Both downloads, made when they are pressed; `name`: of the scenario, empty where it has none."""
    stem = f"{t('scenario.file', language)}-{_NOT_IN_A_FILE.sub('_', name) or made.scenario.question.kind}"
    with st.container(horizontal=True, gap="small"):
        for form, make, kind in (("xlsx", workbook, MEDIA_TYPE), ("gpkg", package, _GPKG)):
            st.download_button(
                t(f"scenario.{form}", language),
                data=lambda make=make: make(look, made, name, language),  # type: ignore[misc]
                file_name=f"{stem}.{form}",
                mime=kind,
                key=f"siting_{form}",
                on_click="ignore",
            )


def workbook(look: cached.Look, made: Arrangement, name: str, language: str) -> bytes:
    """Sites, cells, and what was asked with what it comes to."""
    about = figures(look, made, name, language)
    about.columns = pd.Index([t(f"scenario.{column}", language) for column in about.columns])
    return sheet.book(
        {
            t("scenario.sheet_sites", language): sites.table(made, language),
            t("scenario.sheet_cells", language): cells(look, made, language),
            t("scenario.sheet_about", language): about,
        }
    )


def package(look: cached.Look, made: Arrangement, name: str, language: str) -> bytes:
    """`maps.siting_layers` with the moment, the data version and the filters as metadata."""
    about = figures(look, made, name, language).map(lambda value: "" if pd.isna(value) else str(value))
    told = {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in (stated(look.county, look.filters) | {"scenario": name}).items()
    }
    layers = siting_layers.layers(look.county, made, about, language)
    return geopackage.packed(layers, about=told, made_at=look.filters.moment)


def cells(look: cached.Look, made: Arrangement, language: str) -> pd.DataFrame:
    """What becomes of each cell, with headings in words."""
    rows = siting_layers.cell_frame(look.county, made)
    labels = [swatch.label for swatch in siting.scale(made.scenario.question.kind, language).swatches]
    told = pd.DataFrame(
        {
            "cell": rows.index,
            "name": rows["name"].to_numpy(),
            "zone_name": looked_up(rows["zone"], look.county.zones["name"]).to_numpy(),
            "weight": rows["weight"].to_numpy(),
            "unit": t(f"siting.unit_of.{made.denominator}", language),
            "change": rows["change"].map(dict(zip(siting_layers.CHANGES, labels, strict=True))).to_numpy(),
        }
    )
    names = {column: f"siting.{column}" for column in told.columns} | {"change": "scenario.change"}
    told.columns = pd.Index([t(names[column], language) for column in told.columns])
    return told


def figures(look: cached.Look, made: Arrangement, name: str, language: str) -> pd.DataFrame:
    """Columns item, value (numbers and texts), unit: the question, what it comes to, and on which data."""
    asked = made.scenario.question
    metres, weight = t("scenario.metres", language), t(f"siting.unit_of.{made.denominator}", language)
    rows: list[tuple[str, object, str]] = [
        ("name", name, ""),
        ("kind", word("kind", asked.kind, language), ""),
        ("weighed_by", word("siting", asked.weight, language), ""),
        ("candidates", word("siting", asked.candidates, language), ""),
        ("radius", made.radius_m, metres),
        ("spacing", asked.min_spacing_m or t("siting.any", language), metres if asked.min_spacing_m else ""),
        ("sites", len(made.sites), ""),
        ("closed", int(made.facilities["is_closed"].sum()), ""),
        ("total", made.total, weight),
        ("before", made.before, weight),
        ("lost", made.lost, weight),
        ("covered", made.covered, weight),
        ("share_before", round(made.share(made.before), 4), ""),
        ("share", round(made.share(made.covered), 4), ""),
    ]
    told = [(t(f"scenario.{item}", language), value, unit) for item, value, unit in rows if value != ""]
    sentences = facts(look.county, look.snapshot, look.filters, language)
    told += [(t("scenario.of_data", language), sentence, "") for sentence in sentences]
    return pd.DataFrame(told, columns=["item", "value", "unit"])
