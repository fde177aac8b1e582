"""A page with nothing but the map, driven by test_live.py; also the server's module, as streamlit_app.py is."""

import os
from datetime import date, timedelta

import streamlit as st

from dashboard.analysis.service import Rule
from dashboard.maps import blobs, layers, live, reached, views
from dashboard.maps.views import MapStyle
from tests.dashboard.maps import bent

SIDE = int(os.environ.get("GRID_TEST_SIDE", "34"))
EVIL = '<script>window.evil=1</script>${window.evil=1}`<img src=x onerror="window.evil=1">'


@st.cache_resource
def county(name: str | None) -> object:
    return bent.bent_county(SIDE, name=name)


def main() -> None:
    st.set_page_config(layout="wide")
    st.html(
        "<style>.stMainBlockContainer{padding:0!important;max-width:none!important}"
        "header{display:none!important}</style>"
    )
    query = st.query_params
    town = county(EVIL if query.get("evil") else None)
    style = MapStyle(query.get("lang", "zh"), "内部用图")
    seed = st.session_state.setdefault("seed", 3)
    frame = bent.figures(town, seed)
    state = st.session_state
    selected = state.get("selected", ("cells", town.cells.index[500 % len(town.cells)]))
    card = layers.Card(
        f"学府片区 · 网格 {selected[1]}",
        ("问题 9 件，未销号 6 件，逾期 4 件", "网格员 李建国 · 片长 张伟（副县长）"),
        "无人",
    )
    page = query.get("page", "heat")
    if page == "overview":
        lonlat = town.facilities.to_crs(4326).geometry
        problems = frame.iloc[:0].assign(lon=[], lat=[], title=[])
        if len(lonlat) > 200:
            import pandas as pd

            problems = pd.DataFrame(
                {"lon": lonlat.x + 0.0007, "lat": lonlat.y, "title": EVIL if query.get("evil") else "占道经营\n11-18"}
            )
        view = views.overview(town, frame, frame, look=style, problems=problems, selected=selected)
    elif page == "points":
        centre = town.cells.geometry.centroid
        import numpy as np

        n = frame["problems"].to_numpy()
        rng = np.random.default_rng(1)
        x = np.repeat(centre.x.to_numpy(), n) + rng.normal(0, 60, n.sum())
        y = np.repeat(centre.y.to_numpy(), n) + rng.normal(0, 60, n.sum())
        view = views.heat_points(town, x, y, look=style)
    elif page == "coverage":
        view = reached.served(town, bent.service(town, seed), rule=Rule(), look=style, unserved_share=0.5)
    elif page == "responsibility":
        view = views.responsibility(town, frame, look=style)
    else:
        weeks = None
        if query.get("weeks"):
            ends = [date(2026, 11, 22) - timedelta(weeks=25 - i) for i in range(26)]
            weeks = views.weeks(
                town, bent.counts_by_week(town), ends=ends, look=style, is_campaign=[i in (8, 17) for i in range(26)]
            )
        view = views.heat(
            town, frame, look=style, frames=weeks, selected=selected, card=card,
            choices=(("problems_per_km2", "密度"), ("problems", "件数")), chosen="problems_per_km2",
        )  # fmt: skip
    found = live.gridmap(view, key="map", height="calc(100dvh - 90px)")
    if query.get("lose") and "has_lost" not in state:
        state["has_lost"] = True
        blobs.forget()
    if found.clicked:
        state["selected"] = found.clicked
    st.text(f"clicked {found.clicked} choice {found.choice} week {found.week} seed {seed}")
    if st.button("rerun"):
        state["seed"] = seed + 1
        st.rerun()


if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, routes=live.routes())
