"""Cleaned rows → rows of the tables: points and polygons in EPSG:4326, names looked up, what cannot be is refused."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from etl import checks, grid
from etl.clean import Cleaned, no_refusals
from etl.clean.people import names_in, roles_beside
from etl.clean.reasons import Reasons
from etl.intake import terms
from etl.intake.judged import Judged, Known, Table, accepted, columns_of, with_refused
from etl.intake.listed import listed_cells
from etl.intake.locate import WGS84, locate_points, locate_shapes, measure_crs_of, to_wgs84
from etl.intake.places import Gazetteer
from etl.intake.references import Directory, new_parties, party_codes, refuse_unknown
from etl.messages import Note
from etl.sources import PlaceEntry
from etl.words import POINT_LAYERS


class Resolver:
    """Knows what is there already, from the database and from this run, and grows with every layer."""

    def __init__(self, known: Known, place: PlaceEntry) -> None:
        self._place = place
        self._known = {
            "zones": known.zones,
            "cells": known.cells,
            "base": known.base,
            "facilities": known.facilities,
            "parties": known.parties,
        }
        self._assignments = known.assignments

    def judge(self, table: Table) -> list[Judged]:
        """The table's rows, and the rows of other layers it gives in passing."""
        layer = table.layer
        if layer == "cells" and table.raw.geometry is None:
            return [self._listed_cells(table)]
        if layer in ("zones", "cells"):
            return [self._with_shapes(table)]
        if layer == "assignments":
            return self.assignments(table.cleaned.rows, table.cleaned, is_derived=False)
        if layer in POINT_LAYERS:
            return self._with_points(table)
        reasons, notes = Reasons(len(table.cleaned.rows)), list(table.cleaned.notes)
        rows, reading = table.cleaned.rows.copy(), None
        if layer == "base":
            rows["geometry"], reading, more = to_wgs84(
                rows["geometry"].to_numpy(object),
                declared=table.source.coordinates,
                crs=table.raw.crs,
                zones=self._shapes("zones"),
            )
            notes += more
        if "zone_named" in rows:
            rows["zone"] = self._looked_up(rows["zone_named"], "zones", notes)
        if layer == "campaigns":
            rows["zones"] = self._several_zones(rows["zones_named"], reasons)
        judged = Judged(layer, columns_of(layer, accepted(rows, reasons)), no_refusals(), reading, notes)
        return [with_refused(judged, table.cleaned, reasons)]

    def roles(self, table: Table, judged: Judged) -> pd.DataFrame:
        """Assignments named in passing by a list of zones, cells or facilities; empty where it names nobody."""
        target = {"zones": "zone", "cells": "cell", "facilities": "facility"}.get(table.layer)
        if target is None or judged.layer != table.layer:
            return pd.DataFrame()
        return roles_beside(table.frame, target, judged.rows["code"], table.context)

    def assignments(self, rows: pd.DataFrame, cleaned: Cleaned, *, is_derived: bool) -> list[Judged]:
        """Assignments with their targets and parties looked up; people nobody has listed become parties."""
        rows, notes = rows.reset_index(names="position"), list(cleaned.notes)
        reasons = Reasons(len(rows))
        rows["target"], rows["target_layer"] = self._targets(rows, reasons)
        before = terms.recognise(rows, self._assignments, self._known["parties"], reasons)
        named = rows["party_named"].where(~before.is_known)
        rows["party"], made = self._parties(named, rows["is_person"], rows, reasons, notes)
        rows["party"] = rows["party"].where(~before.is_own, before.party)
        start = rows["valid_from"].dt.strftime("%Y-%m-%d").astype("str").fillna("")
        parts = [rows["target_layer"], rows["target"], rows["role"], rows["party"], start]
        code = parts[0].astype("str")
        for part in parts[1:]:
            code = code + "/" + part.astype("str")
        rows["code"] = rows["own_code"].where(before.is_own, code)
        if is_derived:
            rows = terms.with_known_days(rows, self._assignments)
        refused = reasons.frame()
        refused["position"] = rows["position"].to_numpy()[refused["position"]]
        kept = accepted(rows, reasons).set_index("position")
        refused = pd.concat([cleaned.refused, refused], ignore_index=True)
        judged = Judged("assignments", columns_of("assignments", kept), refused, notes=notes, is_derived=is_derived)
        return [judged, *made]

    def learn(self, layer: str, frames: Sequence[pd.DataFrame]) -> None:
        """Adds a layer's accepted rows to what is known."""
        frames = [frame for frame in frames if len(frame)]
        if layer in self._known and frames:
            new = pd.concat(frames).set_index("code")
            before = self._known[layer]
            self._known[layer] = pd.concat([before.loc[~before.index.isin(new.index)], new]) if len(before) else new

    def cell_notes(self) -> list[Note]:
        """What is to be said about the cells as a whole: codes, overlaps, holes."""
        cells, zones, terms = self._shapes("cells"), self._shapes("zones"), self._known["cells"]
        return checks.cell_notes(cells, zones, measure_crs=self._measure_crs(), terms=terms if len(terms) else None)

    def _with_shapes(self, table: Table) -> Judged:
        """Zones or cells: repaired, measured, cells with zone and code."""
        rows, notes = table.cleaned.rows.copy(), list(table.cleaned.notes)
        located = locate_shapes(
            rows["geometry"].to_numpy(object),
            rows["name"].where(rows["name"].notna(), rows["code"]),
            declared=table.source.coordinates,
            crs=table.raw.crs,
            zones=self._shapes("zones"),
            measure_crs=self._place.measure_crs,
        )
        rows["geometry"], rows["area_m2"] = located.geometry, located.area_m2
        rows = rows.loc[~located.reasons.is_refused]
        notes += located.notes
        if table.layer == "cells":
            rows["zone"] = self._zones_of_cells(rows["zone_named"], notes)
            rows["is_zone_declared"] = rows["zone"].notna().astype("boolean")
            if rows["code"].isna().any():
                notes.append(("cells_numbered", {"rows": int(rows["code"].isna().sum())}))
                cells = gpd.GeoDataFrame(rows[["code", "zone"]], geometry=rows["geometry"].to_numpy(), crs=WGS84)
                rows["code"] = grid.number_cells(
                    cells, division_code=self._place.division_code, zones=self._shapes("zones")
                ).astype("str")
            rows["name"] = rows["name"].where(rows["name"].notna(), rows["code"])
        judged = Judged(table.layer, columns_of(table.layer, rows), no_refusals(), located.reading, notes)
        return with_refused(judged, table.cleaned, located.reasons)

    def _listed_cells(self, table: Table) -> Judged:
        """Cells of a list without shapes: those that are known, with what the list says of them."""
        rows, notes, reasons = table.cleaned.rows, list(table.cleaned.notes), Reasons(len(table.cleaned.rows))
        known = self._known["cells"]
        code = Directory(known).codes(rows["code"])
        refuse_unknown(reasons, code.isna().to_numpy(), "cell_unknown", rows["code"])
        rows = rows.assign(code=code, zone=self._zones_of_cells(rows["zone_named"], notes))
        rows = listed_cells(rows.loc[code.notna()], known)
        if len(rows):
            notes.append(("cells_listed", {"rows": len(rows)}))
        judged = Judged("cells", columns_of("cells", rows), no_refusals(), None, notes)
        return with_refused(judged, table.cleaned, reasons)

    def _with_points(self, table: Table) -> list[Judged]:
        """Facilities, problems or visits."""
        rows, notes = table.cleaned.rows, list(table.cleaned.notes)
        zones = self._shapes("zones")
        named = None
        if table.source.coordinates == "auto" and rows["zone_named"].notna().any():
            named = Directory(self._known["zones"]).codes(rows["zone_named"]).to_numpy(object)
        located = locate_points(
            rows["x"].to_numpy(float),
            rows["y"].to_numpy(float),
            declared=table.source.coordinates,
            crs=table.raw.crs if table.raw.geometry is not None else None,
            zones=zones,
            named_zone=named,
            named_place=lambda at: self._places_named(table, rows.index[at]),
        )
        notes += located.notes
        reasons = located.reasons
        made: list[Judged] = []
        rows = rows.assign(lon=located.lon, lat=located.lat)
        lacks = np.isnan(located.lon) & ~reasons.is_refused
        if lacks.any() and table.layer != "visits":
            notes.append(("rows_without_coordinates", {"rows": int(lacks.sum())}))
        if table.layer == "visits":
            rows, made = self._visits(rows, reasons, notes)
        kept = columns_of(table.layer, accepted(rows, reasons))
        judged = Judged(table.layer, kept, no_refusals(), located.reading, notes)
        return [with_refused(judged, table.cleaned, reasons), *made]

    def _places_named(self, table: Table, rows: pd.Index) -> tuple[np.ndarray, np.ndarray]:
        """(position of the facility, cell or street each row names, these places)."""
        gazetteer = Gazetteer(**{layer: self._known[layer] for layer in ("facilities", "cells", "base")})
        named = gazetteer.named(table.frame.loc[rows], are_facilities=table.layer == "facilities")
        return named, gazetteer.places

    def _visits(self, rows: pd.DataFrame, reasons: Reasons, notes: list[Note]) -> tuple[pd.DataFrame, list[Judged]]:
        """Visits with party and cell as codes; one to a cell nobody knows needs a point."""
        cell = Directory(self._known["cells"]).codes(rows["cell_named"])
        is_strange = rows["cell_named"].notna().to_numpy() & cell.isna().to_numpy()
        has_point = np.isfinite(rows["lon"].to_numpy(float))
        if len(self._known["cells"]):
            refuse_unknown(reasons, is_strange & ~has_point, "cell_unknown", rows["cell_named"])
        else:
            # Cells may be made later (`grid make`); until then the name is kept as it was written.
            cell = cell.where(~is_strange, rows["cell_named"])
        if (is_strange & has_point).any():
            notes.append(("cells_unknown", {"rows": int((is_strange & has_point).sum())}))
        person = pd.Series(True, index=rows.index)
        party, made = self._parties(rows["party_named"], person, rows, reasons, notes)
        return rows.assign(cell_named=cell, party=party), made

    def _parties(
        self, named: pd.Series, is_person: pd.Series, rows: pd.DataFrame, reasons: Reasons, notes: list[Note]
    ) -> tuple[pd.Series, list[Judged]]:
        """(party codes, the parties layer's new rows): a name nobody has listed becomes a party of that name."""
        nothing = pd.Series(np.nan, index=rows.index, dtype="str")
        details = pd.DataFrame({name: rows.get(name, nothing) for name in ("unit", "post", "phone")})
        code, is_shared = party_codes(named, details["unit"], self._known["parties"])
        reasons.add(is_shared, "party_ambiguous", found=named)
        is_new = (named.notna() & code.isna()).to_numpy() & ~is_shared & ~reasons.is_refused
        if not is_new.any():
            return code, []
        made = new_parties(named[is_new], is_person[is_new], details[is_new])
        notes.append(("parties_made", {"rows": len(made), "examples": made["name"].head(5).tolist()}))
        self.learn("parties", [made])
        judged = Judged(
            "parties", made, no_refusals(), notes=[("parties_from_names", {"rows": len(made)})], is_derived=True
        )
        return code.where(~is_new, named), [judged]

    def _targets(self, rows: pd.DataFrame, reasons: Reasons) -> tuple[pd.Series, pd.Series]:
        """(code, layer) of what each assignment is for."""
        code = pd.Series(np.nan, index=rows.index, dtype="str")
        layer = rows["target_layer"].astype("str").copy()
        for target, of in (("zone", "zones"), ("cell", "cells"), ("facility", "facilities")):
            # A target without a layer (责任对象) is looked for among zones first.
            is_meant = ((layer == target) | layer.isna()).to_numpy(bool) & code.isna().to_numpy()
            if is_meant.any():
                found = Directory(self._known[of]).codes(rows.loc[is_meant, "target_named"])
                code[is_meant] = found
                layer[is_meant] = layer[is_meant].where(found.isna(), target)
        for target in ("zone", "cell", "facility"):
            is_bad = (code.isna() & (layer == target)).to_numpy(bool)
            refuse_unknown(reasons, is_bad, f"{target}_unknown", rows["target_named"])
        reasons.add((code.isna() & layer.isna()).to_numpy(bool), "target_unknown", found=rows["target_named"])
        return code, layer

    def _looked_up(
        self, named: pd.Series, layer: str, notes: list[Note], *, note: str = "zones_named_unknown"
    ) -> pd.Series:
        """Codes of names; an unknown one is noted and left out."""
        code = Directory(self._known[layer]).codes(named)
        is_unknown = (named.notna() & code.isna()).to_numpy()
        if is_unknown.any():
            examples = named[is_unknown].drop_duplicates().head(5).tolist()
            notes.append((note, {"rows": int(is_unknown.sum()), "examples": examples}))
        return code

    def _zones_of_cells(self, named: pd.Series, notes: list[Note]) -> pd.Series:
        """Codes of the zones that cells name; before there are any zones the names as written, for loading to look up
        when they come."""
        if len(self._known["zones"]) or not named.notna().any():
            return self._looked_up(named, "zones", notes, note="declared_zones_unknown")
        examples = named.dropna().drop_duplicates().head(5).tolist()
        notes.append(("zones_named_kept", {"rows": int(named.notna().sum()), "examples": examples}))
        return named

    def _several_zones(self, named: pd.Series, reasons: Reasons) -> pd.Series:
        """Zone codes joined by semicolons; a row that names an unknown zone is refused."""
        each = named.dropna().map(names_in).explode().dropna()
        code = Directory(self._known["zones"]).codes(each.astype("str"))
        is_bad = named.index.isin(code.index[code.isna()])
        reasons.add(is_bad, "zone_unknown", found=named)
        return code.dropna().groupby(level=0).agg(";".join).reindex(named.index).astype("str")

    def _shapes(self, layer: str) -> gpd.GeoSeries:
        known = self._known[layer]
        if not len(known):
            return gpd.GeoSeries([], crs=WGS84)
        return gpd.GeoSeries(known["geometry"].to_numpy(object), index=known.index, crs=WGS84)

    def _measure_crs(self) -> str:
        if self._place.measure_crs:
            return self._place.measure_crs
        shapes = self._shapes("zones")
        return measure_crs_of(shapes if len(shapes) else self._shapes("cells"))
