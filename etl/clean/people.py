"""Parties and assignments: who there is, and who answers for what."""

import re

import numpy as np
import pandas as pd

from etl import words
from etl.clean import values
from etl.clean.draft import Cleaned, Context, Draft

ROLE_COLUMNS = {
    "leader": "leader",
    "deputy": "deputy",
    "member_unit": "member_unit",
    "worker": "grid_worker",
    "work_group": "work_group",
    "manager": "manager",
}
"""Fields that hold names of one role → the role."""
_UNIT_ROLES = ("member_unit", "work_group")
_NAMED = ["party_named", "role", "is_person", "unit", "post", "phone"]
_NAME_ENDS = re.compile(r"[、，,;；/／|\n\r\t]+|\s{2,}")
_INNER_BLANK = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
ASSIGNMENT_COLUMNS = [
    "target_layer", "target_named", "role", "party_named", "is_person", "unit", "post", "phone", "valid_from",
    "valid_to",
]  # fmt: skip


def clean_parties(frame: pd.DataFrame, context: Context) -> Cleaned:
    """People and units: needs a `name`; without a code the name is the code, with the unit where two share a name."""
    draft = Draft(frame, context)
    rows = draft.rows
    rows["name"] = values.apply_distinct(draft.raw("name"), tidy_name) if "name" in frame else draft.raw("name")
    rows["is_person"] = draft.truth("is_person").fillna(False).astype("boolean")
    rows["class"] = draft.word("class", "class")
    rows["unit"], rows["post"] = draft.text("unit"), draft.text("post")
    rows["phone"], rows["zone_named"] = draft.code("phone"), draft.text("zone")
    draft.require("name", rows["name"].notna().to_numpy())
    rows["code"] = party_codes(draft.code("code"), rows["name"], rows["unit"])
    return draft.done(["code", "name", "is_person", "class", "unit", "zone_named", "post", "phone"])


def party_codes(own: pd.Series, name: pd.Series, unit: pd.Series) -> pd.Series:
    """The given code, else the name; people of one name in different units carry the unit along."""
    units = pd.DataFrame({"name": name, "unit": unit.fillna("")}).groupby("name")["unit"].nunique()
    shares = name.map(units).fillna(0).to_numpy() > 1
    plain = name.where(~(shares & unit.notna().to_numpy()), name + "（" + unit.fillna("") + "）")
    return own.where(own.notna(), plain)


def clean_assignments(frame: pd.DataFrame, context: Context) -> Cleaned:
    """Who answers for a zone, cell or facility, a row per name: index = position of the line, several times at need.

    Long form: `role` and `party`; wide form: a column of names for each role. Needs a target (`zone`, `cell`,
    `facility`, or `target` with `target_layer`) and a name. Targets and parties are as written; the intake looks them
    up and makes the codes.
    """
    draft = Draft(frame, context)
    draft.rows["target_layer"], draft.rows["target_named"] = _targets(draft)
    draft.require("target", draft.rows["target_named"].notna().to_numpy())
    rows = draft.rows
    rows["valid_from"], rows["valid_to"] = draft.day("valid_from"), draft.day("valid_to")
    ends_early = (rows["valid_to"] < rows["valid_from"]).to_numpy()
    draft.reasons.add(
        ends_early, "term_ends_before_it_starts", start=rows["valid_from"].dt.date, end=rows["valid_to"].dt.date
    )
    parts = _named_roles(draft, list(ROLE_COLUMNS))
    if "party" in frame:
        role = draft.word("role", "role")
        parts.append(_exploded(draft, "party", role, with_details=True))
        unclear = role.isna().to_numpy() & values.present(frame["party"])
        draft.reasons.add(unclear, "field_missing", field=draft.heading("role"))
    named = pd.concat(parts) if parts else pd.DataFrame(columns=_NAMED)
    names = set(named.index)
    if parts:
        nobody = np.array([position not in names for position in frame.index], bool)
        draft.require("party", ~nobody)
    whole = named.join(rows).sort_index(kind="stable")
    accepted = whole.loc[~np.isin(whole.index, frame.index[draft.reasons.is_refused])]
    if len(whole) > len(frame):
        draft.notes.append(("rows_expanded", {"rows": len(frame), "names": len(whole)}))
    return Cleaned(accepted[ASSIGNMENT_COLUMNS], draft.reasons.frame(), draft.notes)


def roles_beside(frame: pd.DataFrame, target_layer: str, target: pd.Series, context: Context) -> pd.DataFrame:
    """Assignments that a list of zones, cells or facilities names in passing, as `clean_assignments` gives them.

    `target`: code of each accepted row, index = position in `frame`.
    """
    draft = Draft(frame.loc[target.index], context)
    parts = _named_roles(draft, list(ROLE_COLUMNS))
    if not parts:
        return pd.DataFrame(columns=ASSIGNMENT_COLUMNS)
    named = pd.concat(parts)
    named["target_layer"], named["target_named"] = target_layer, target.reindex(named.index)
    none = pd.Series(np.datetime64("NaT", "s"), index=named.index)
    named["valid_from"], named["valid_to"] = none, none
    return named[ASSIGNMENT_COLUMNS].sort_index(kind="stable")


def tidy_name(found: str) -> str | None:
    """A name without blanks between its Chinese characters (王 强).

    >>> tidy_name("王 强")
    '王强'
    """
    return _INNER_BLANK.sub("", found.strip()) or None


def names_in(found: str) -> list[str]:
    """The names of a cell that lists several.

    >>> names_in("城管局、住建局；王 强")
    ['城管局', '住建局', '王强']
    """
    tidy = (tidy_name(name) for name in _NAME_ENDS.split(found))
    return [name for name in tidy if name and name.casefold() not in values.EMPTY]


def _named_roles(draft: Draft, fields: list[str]) -> list[pd.DataFrame]:
    there = [name for name in fields if name in draft.frame]
    # A telephone number beside three columns of names is nobody's in particular.
    is_only = len(there) == 1 and "party" not in draft.frame
    found = []
    for name in there:
        role = pd.Series(ROLE_COLUMNS[name], index=draft.frame.index, dtype="str")
        found.append(_exploded(draft, name, role, with_details=is_only))
    return found


def _exploded(draft: Draft, name: str, role: pd.Series, *, with_details: bool) -> pd.DataFrame:
    """A row per name in the field: `role`, `party_named`, `is_person`, and what the line says of the person."""
    raw = draft.frame[name]
    codes, uniques = pd.factorize(raw.astype("str"), use_na_sentinel=True)
    lists = pd.Series([names_in(str(text)) for text in uniques], dtype=object)
    each = (
        pd.Series([lists[code] if code >= 0 else [] for code in codes], index=raw.index, dtype=object)
        .explode()
        .dropna()
    )
    found = pd.DataFrame({"party_named": each.astype("str")})
    found["role"] = role.reindex(found.index)
    found["is_person"] = ~found["role"].isin(_UNIT_ROLES)
    for detail in ("unit", "post", "phone"):
        column = draft.code(detail) if detail == "phone" else draft.text(detail)
        empty = pd.Series(np.nan, index=found.index, dtype="str")
        found[detail] = column.reindex(found.index) if with_details else empty
    return found


def _targets(draft: Draft) -> tuple[pd.Series, pd.Series]:
    """(layer, name or code as written); the narrowest of several is meant."""
    named = pd.Series(np.nan, index=draft.frame.index, dtype="str")
    layer: pd.Series[str] = named.astype("str")
    if "target" in draft.frame:
        named = draft.text("target")
        said = values.look_up(draft.raw("target_layer"), words.vocabulary("target_layer"))
        layer = said.where(named.notna())
    for name in ("facility", "cell", "zone"):
        if name in draft.frame:
            written = draft.text(name)
            takes = named.isna() & written.notna()
            named = named.where(~takes, written)
            layer[takes] = name
    return layer, named
