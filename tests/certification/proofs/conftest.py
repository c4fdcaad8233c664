"""Private files of tests lie in a folder of their own."""

import pytest


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    """Return the folder in which proofs are kept."""
    root = tmp_path / "private"
    settings.STANDARDBEARER = {**settings.STANDARDBEARER, "PRIVATE_ROOT": str(root)}
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return root
