"""Files → rows we trust and rows refused, with reasons; what `check` shows and `load` writes.

`pipeline` goes through the files layer by layer, `locate` puts coordinates into EPSG:4326, `references` finds the
codes of names, `resolve` brings both together, `duplicates` leaves each code once.
"""

from etl.intake.pipeline import Intake, take_in
from etl.intake.resolve import Known

__all__ = ["Intake", "Known", "take_in"]
