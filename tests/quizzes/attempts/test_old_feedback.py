"""The migration to the table of ticks says what the rules read in old versions."""

from importlib import import_module

import pytest

from quizzes.attempts.rules import read_terms

migration = import_module("quizzes.migrations.0004_quiz_feedback")


@pytest.mark.parametrize("release", ["right_after", "mark_only", "never"])
@pytest.mark.parametrize("reveal", ["no_try_left", "right_after", "never"])
def test_drafts_and_versions_are_read_alike_and_the_way_back_is_the_way_there(release, reveal):
    ticks, early = migration.to_ticks(release, reveal)
    meant = read_terms({"release": release, "reveal": reveal})
    read = read_terms({"feedback": ticks, "reveal_early": early})
    assert (read.ticks, read.reveal_early) == (meant.ticks, meant.reveal_early)
    back = migration.to_choices(ticks, early)
    assert back[0] == release
    assert migration.to_ticks(*back)[0] == ticks
