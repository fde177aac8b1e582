import numpy as np
import pytest

from dashboard.screen import weeks


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [
        ([[0, 2], [1, 0], [0, 0], [0, 0]], 1),  # the moment lies two weeks after the last report
        ([[0, 2], [1, 0]], 1),
        ([[0, 0], [0, 0], [0, 0]], 2),  # nothing was ever reported: the week of the moment
        ([[3, 0]], 0),
    ],
)
def test_the_week_to_begin_with_is_the_last_one_with_a_report(counts: list[list[int]], chosen: int) -> None:
    assert weeks.last_reported(np.array(counts)) == chosen
