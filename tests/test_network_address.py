"""The setting that says how others in the network reach this server."""

import pytest

from etl.errors import SettingsError
from settings import Settings


@pytest.mark.parametrize(
    "told", ["", "http://192.168.1.5:8501", "https://grid.example.cn/map/", "http://[fe80::1]:8501"]
)
def test_an_address_is_taken(told: str) -> None:
    assert Settings(network_address=told).network_address == told


@pytest.mark.parametrize(
    "told",
    ["192.168.1.5:8501", "ftp://a/", "http://", "http://a:99999", "http://a/?x=1", "http://a/#x", "http://u:p@a/",
     "javascript:alert(1)", 'http://a/"><script>', "http://a b/", "http://[::1", "http://a/\n"],
)  # fmt: skip
def test_anything_else_is_told(told: str) -> None:
    with pytest.raises(SettingsError, match="network_address"):
        Settings(network_address=told)
