"""What the loading of very many people does to the process around it."""

import gc

from certification.awards.reads import pause_collector


def test_the_last_of_several_pauses_turns_the_collector_on_again():
    assert gc.isenabled()
    first, second = pause_collector(), pause_collector()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)  # as threads do: the first to come is the first to go
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with pause_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
