"""Parties and assignments: who there is, and who answers for what."""

import re
from collections.abc import Iterable

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
_OURS = r"(?:zone|cell|facility)/"
"""How the code of an assignment begins that loading has made (`Resolver.assignments`)."""
_USUAL_ROLES = {"cell": "grid_worker", "facility": "manager"}
ASSIGNMENT_COLUMNS = [
    "target_layer", "target_named", "role", "party_named", "is_person", "unit", "post", "phone", "valid_from",
    "valid_to", "own_code",
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
    up and makes the codes; `own_code` may be one that it made before. A row without name and day was left blank and
    says nothing. Where a column of roles is empty, the usual role of the target is meant.
    """
    draft = Draft(frame, context)
    rows = draft.rows
    rows["target_layer"], rows["target_named"] = _targets(draft)
    rows["own_code"] = draft.code("code")
    parts = _named_roles(draft, list(ROLE_COLUMNS))
    if "party" in frame:
        role = _roles(draft)
        parts.append(_exploded(draft, "party", role, with_details=True, is_whole=_are_ours(rows["own_code"])))
    named = pd.concat(parts) if parts else pd.DataFrame(columns=_NAMED)
    is_blank = _left_blank(draft, named)
    draft.require("target", rows["target_named"].notna().to_numpy() | is_blank)
    rows["valid_from"], rows["valid_to"] = draft.day("valid_from"), draft.day("valid_to")
    ends_early = (rows["valid_to"] < rows["valid_from"]).to_numpy()
    draft.reasons.add(
        ends_early, "term_ends_before_it_starts", start=rows["valid_from"].dt.date, end=rows["valid_to"].dt.date
    )
    if "party" in frame:
        draft.reasons.add(
            role.isna().to_numpy() & values.present(frame["party"]), "field_missing", field=draft.heading("role")
        )
    if parts:
        draft.require("party", frame.index.isin(named.index) | is_blank)
    whole = named.join(rows).sort_index(kind="stable")
    accepted = whole.loc[~np.isin(whole.index, frame.index[draft.reasons.is_refused])]
    if len(whole) > named.index.nunique():
        draft.notes.append(("rows_expanded", {"rows": named.index.nunique(), "names": len(whole)}))
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
    named["own_code"] = pd.Series(np.nan, index=named.index, dtype="str")
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
    return _kept(_NAME_ENDS.split(found))


def _kept(written: Iterable[str]) -> list[str]:
    tidy = (tidy_name(name) for name in written)
    return [name for name in tidy if name and name.casefold() not in values.EMPTY]


def _are_ours(codes: pd.Series) -> pd.Series:
    return codes.str.match(_OURS).fillna(False).astype(bool)


def _roles(draft: Draft) -> pd.Series:
    """The role of each line; an empty one is that of its target, where the table has such a column at all: without
    one, nobody has said that these are people."""
    role = draft.word("role", "role")
    if "role" not in draft.frame:
        return role
    usual = draft.rows["target_layer"].map(_USUAL_ROLES)
    is_assumed = role.isna() & usual.notna() & values.present(draft.frame["party"])
    if is_assumed.any():
        draft.notes.append(("roles_assumed", {"rows": int(is_assumed.sum())}))
    return role.where(~is_assumed, usual)


def _left_blank(draft: Draft, named: pd.DataFrame) -> np.ndarray:
    """True for lines of a list to fill in that have neither name nor day: they say nothing, and change nothing."""
    is_blank = ~draft.frame.index.isin(named.index)
    for name in ("valid_from", "valid_to"):
        if name in draft.frame:
            is_blank &= ~values.present(draft.frame[name])
    if is_blank.any():
        draft.notes.append(("rows_left_blank", {"rows": int(is_blank.sum())}))
    return is_blank


def _named_roles(draft: Draft, fields: list[str]) -> list[pd.DataFrame]:
    there = [name for name in fields if name in draft.frame]
    # A telephone number beside three columns of names is nobody's in particular.
    is_only = len(there) == 1 and "party" not in draft.frame
    found = []
    for name in there:
        role = pd.Series(ROLE_COLUMNS[name], index=draft.frame.index, dtype="str")
        found.append(_exploded(draft, name, role, with_details=is_only))
    return found


def _exploded(
    draft: Draft, name: str, role: pd.Series, *, with_details: bool, is_whole: pd.Series | None = None
) -> pd.DataFrame:
    """A row per name in the field: `role`, `party_named`, `is_person`, and what the line says of the person.

    `is_whole`: lines that name one party, whatever signs its name has.
    """
    raw = draft.frame[name]
    codes, uniques = pd.factorize(raw.astype("str"), use_na_sentinel=True)
    told = [names_in(str(text)) for text in uniques]
    alone = [_kept([str(text)]) for text in uniques]
    whole = np.zeros(len(raw), dtype=np.bool_) if is_whole is None else is_whole.to_numpy(dtype=np.bool_)
    lists = [(alone if one else told)[code] if code >= 0 else [] for code, one in zip(codes, whole, strict=True)]
    several = pd.Series(lists, index=raw.index, dtype=object)
    each = several.explode().dropna()
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
    for name in ("facility", "facility_name", "cell", "cell_name", "zone"):
        if name in draft.frame:
            written = draft.text(name)
            takes = named.isna() & written.notna()
            named = named.where(~takes, written)
            layer[takes] = name.removesuffix("_name")
    return layer, named
