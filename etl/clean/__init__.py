"""Values as people wrote them → types, states, dates; one pure function a layer; refused rows carry their reasons."""

from collections.abc import Callable

import pandas as pd

from etl.clean.draft import Cleaned, Context
from etl.clean.facilities import clean_facilities
from etl.clean.people import clean_assignments, clean_parties
from etl.clean.places import clean_base, clean_cells, clean_zones
from etl.clean.problems import clean_problems
from etl.clean.reasons import no_refusals
from etl.clean.records import clean_campaigns, clean_exposures, clean_notices, clean_visits

__all__ = ["CLEANERS", "Cleaned", "Context", "clean", "no_refusals"]

CLEANERS: dict[str, Callable[[pd.DataFrame, Context], Cleaned]] = {
    "zones": clean_zones,
    "cells": clean_cells,
    "base": clean_base,
    "parties": clean_parties,
    "facilities": clean_facilities,
    "assignments": clean_assignments,
    "campaigns": clean_campaigns,
    "problems": clean_problems,
    "visits": clean_visits,
    "exposures": clean_exposures,
    "notices": clean_notices,
}
"""Layer → its function."""


def clean(layer: str, frame: pd.DataFrame, context: Context) -> Cleaned:
    """The rows of a frame of fields (`columns.rename`), judged."""
    return CLEANERS[layer](frame, context)
