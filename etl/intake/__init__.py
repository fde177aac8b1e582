"""Files → rows we trust and rows refused, with reasons; what `check` shows and `load` writes.

`pipeline` goes through the files layer by layer, `locate` puts coordinates into EPSG:4326, `references` finds the
codes of names, `places` the places they are, `resolve` brings these together, `duplicates` leaves each code once.
"""

from etl.intake.judged import Known
from etl.intake.pipeline import Intake, take_in

__all__ = ["Intake", "Known", "take_in"]
