"""Blocks of a standard: each shows in the picker what it is and how it looks."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from lms.standards.models import Standard

FIELDS = ["measures", "steps", "wording_do", "wording_dont", "eligibility", "escalation"]


def list_blocks():
    for name in FIELDS:
        stream = Standard._meta.get_field(name).stream_block
        yield from ((f"{name}.{key}", block) for key, block in stream.child_blocks.items())


@pytest.mark.parametrize(("name", "block"), list(list_blocks()))
def test_each_block_has_a_description_and_a_preview_that_renders(name, block):
    assert block.is_previewable
    assert str(block.get_description())
    value = block.get_preview_value()
    context = block.get_preview_context(value)
    html = render_to_string(
        block.get_preview_template(value, context), {**context, "bound_block": block.bind(value)}
    )
    assert "standardbearer.css" in html
    assert "<main><" in html


def test_the_preview_of_a_measure_is_its_sentence():
    block = Standard._meta.get_field("measures").stream_block.child_blocks["measure"]
    assert "Phone answered within 3 rings" in block.render(block.get_preview_value())
