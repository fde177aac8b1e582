"""Where to build, how many it takes, which to close, and what a move changes: covering a demand within a radius.

Pure: points and weights in, labels and sums out. `facilities` (maximal covering), `enough` (set covering), `closing`,
`moves` (one site at a time) and `candidates` are for others to use; the other modules are how they do it.
"""

from dashboard.analysis.siting.candidates import cell_centres, planned, road_junctions
from dashboard.analysis.siting.closing import Closing, least_loss
from dashboard.analysis.siting.enough import Enough, sites_for_share
from dashboard.analysis.siting.facilities import Siting, site_facilities
from dashboard.analysis.siting.incidence import SitingRefused
from dashboard.analysis.siting.moves import Coverage, losses

__all__ = [
    "Closing",
    "Coverage",
    "Enough",
    "Siting",
    "SitingRefused",
    "cell_centres",
    "least_loss",
    "losses",
    "planned",
    "road_junctions",
    "site_facilities",
    "sites_for_share",
]
