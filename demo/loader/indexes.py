"""Wagtail's search and reference indexes, written once when everything is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db.models.signals import post_save
from wagtail.search.index import get_indexed_models
from wagtail.search.signal_handlers import post_save_signal_handler
from wagtail.signal_handlers import disable_reference_index_auto_update


@contextmanager
def index_once() -> Iterator[None]:
    """Leave both indexes alone within the block, and write them at its end.

    One publication saves its page or snippet several times, and each time writes them anew.
    """
    connected = [
        model
        for model in get_indexed_models()
        if post_save.disconnect(post_save_signal_handler, sender=model)
    ]
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        for model in connected:
            post_save.connect(post_save_signal_handler, sender=model)
    call_command("wagtail_update_index", verbosity=0)
    call_command("rebuild_references_index", verbosity=0)
