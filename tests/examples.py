"""How many examples a property is tried with: few in the ordinary run, `--hypothesis-profile=thorough` for many."""

from typing import Any

import hypothesis

THOROUGH = "thorough"


def examples(count: int, **more: Any) -> hypothesis.settings:
    """As `hypothesis.settings`, for a property whose examples are dear: ten times as many where the run is thorough."""
    is_thorough = hypothesis.settings.get_current_profile_name() == THOROUGH
    return hypothesis.settings(max_examples=count * 10 if is_thorough else count, **more)
