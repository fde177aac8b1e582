"""What a link asks for is either there or named as unknown, never dropped."""

from dashboard.facts import choices
from dashboard.filters import NONE, Filters
from dashboard.screen import unknown
from tests.dashboard.conftest import Town


def test_values_are_split_into_those_there_are_and_those_there_are_not(town: Town) -> None:
    zone, cell = town.snapshot.zones[0], town.snapshot.cells[0]
    asked = Filters(zone=(zone, "99"), state=("foo", "open", "closed"), unit=("<b>",), cell="x" * 300)
    known, strange = unknown.split(asked, town.county, choices(town.county, town.snapshot, "zh"))
    assert (known["zone"], known["state"], known["unit"], known["cell"]) == ((zone,), ("closed",), (), ())
    assert strange == {"zone": ("99",), "state": ("foo", "open"), "unit": ("<b>",), "cell": ("x" * 300,)}
    for there in (cell, NONE):
        known, strange = unknown.split(Filters(cell=there), town.county, choices(town.county, town.snapshot, "zh"))
        assert (known["cell"], strange) == ((there,), {})
