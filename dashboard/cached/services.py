"""How a kind of facility serves the cells, computed for the rule asked for and no other."""

import streamlit as st

from dashboard.analysis import service as serving
from dashboard.analysis.reach import ON_FOOT, Reach
from dashboard.cached.looks import BY_CELLS, BY_DATA, LARGE_VIEWS, VERSIONS, Look


def service(look: Look, rule: serving.Rule) -> serving.Service:
    """`service.service`."""
    return _service(look, rule, look.settings.unserved_share, look.standards.digest())


@st.cache_data(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_CELLS)
def _service(look: Look, rule: serving.Rule, unserved_share: float, standards: str) -> serving.Service:
    known = rule.standard in look.standards.reaches(rule.kind)
    return serving.service(
        look.county, look.filters, rule,
        standards=look.standards, unserved_share=unserved_share, found=reach(look, rule) if known else None,
    )  # fmt: skip


def reach(look: Look, rule: serving.Rule) -> Reach:
    """`service.reach` on the day of the moment."""
    day = look.county.place.local_day(look.filters.moment)
    return _reach(look, rule, serving.facilities_key(look.county, day, rule.kind), look.standards.digest())


@st.cache_resource(max_entries=LARGE_VIEWS, show_spinner=False, hash_funcs=BY_DATA)
def _reach(look: Look, rule: serving.Rule, facilities: str, standards: str) -> Reach:
    roads = walked_roads(look) if rule.method == ON_FOOT else None
    day = look.county.place.local_day(look.filters.moment)
    return serving.reach(look.county, day, rule, standards=look.standards, roads=roads)


@st.cache_resource(max_entries=VERSIONS, show_spinner=False, hash_funcs=BY_DATA)
def walked_roads(look: Look) -> serving.Roads:
    """`service.roads_of`; of the data version, so the filters are nothing to it."""
    return serving.roads_of(look.county)
