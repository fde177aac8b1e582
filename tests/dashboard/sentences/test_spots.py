import pandas as pd
import pytest

from dashboard.analysis import campaigns
from dashboard.briefing.templates import placeholders
from dashboard.sentences import spots
from dashboard.text import words

_FOUND = {
    "name": "攻坚", "starts_on": pd.Timestamp("2026-03-09"), "ends_on": pd.Timestamp("2026-03-15"), "weeks": 4,
    "before": 40, "after": 0, "control_before": 100, "control_after": 100, "effect": 0.0125, "low": 0.001, "high": 0.2,
    "reason": float("nan"), "finding": "fell",
}  # fmt: skip


def test_what_was_to_be_expected_of_a_campaign_is_told_without_the_correction() -> None:
    key, told = spots.campaign(pd.Series(_FOUND))
    assert (key, told["expected"]) == ("fell", 40)
    assert (told["low"], told["high"]) == (pytest.approx(0.8), pytest.approx(0.999))


@pytest.mark.parametrize("key", [*campaigns.FINDINGS, *campaigns.REASONS])
def test_of_a_campaign_only_those_numbers_are_given_that_its_sentence_says(key: str) -> None:
    nothing = float("nan")
    judged = {"finding": key, "reason": nothing} if key in campaigns.FINDINGS else {"finding": nothing, "reason": key}
    told = spots.campaign(pd.Series(_FOUND | judged))
    assert told[0] == key
    for language in ("zh", "en"):
        assert placeholders(words(language)[f"spots.campaign.{key}"]) == set(told[1])


def test_hot_places_by_class_then_by_their_own_number() -> None:
    found = pd.DataFrame(
        {"class_": [3, 3, 2, 0, 3], "problems": [4, 9, 20, 50, 0], "z": [5.0, 4.0, 9.0, 1.0, 8.0]}, index=list("abcde")
    )
    assert list(spots.hot_first(found).index) == ["b", "a", "c"]


def test_only_what_is_hot_in_the_last_week_has_a_category() -> None:
    assert [spots.told_category(one) for one in ("new_hot", "historical_hot", "persistent_cold", float("nan"))] == [
        "new_hot", "", "", "",
    ]  # fmt: skip
