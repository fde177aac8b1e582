"""Where problems crowd together more than chance would have it."""

from dashboard.analysis.gi import gi_star
from dashboard.analysis.significance import classes, false_discovery, two_sided_p
from dashboard.analysis.weights import distance_weights, islands, queen_weights, with_self

__all__ = [
    "classes",
    "distance_weights",
    "false_discovery",
    "gi_star",
    "islands",
    "queen_weights",
    "two_sided_p",
    "with_self",
]
