import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail import blocks
from wagtail.images.models import Image

from courses.content.models import LessonPage
from courses.content.rules import Cards, LinkKind, StandardCard
from lms.api import Standard
from tests.courses.factories import TEXT, block, lesson_pages, make_course
from tests.lms.factories import UserFactory
from tests.lms.standards.factories import draft_standard, publish_standard
from tests.quizzes.factories import make_small_quiz

STREAM = LessonPage.body.field.stream_block
NAMES = [
    "text",
    "image",
    "standard",
    "do_dont",
    "steps",
    "callout",
    "quiz",
    "scenario",
    "acknowledgement",
]


def test_a_lesson_can_be_made_of_these_blocks():
    assert list(STREAM.child_blocks) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_block_says_what_it_is_for_and_shows_itself(name):
    child = STREAM.child_blocks[name]

    assert child.is_previewable
    assert child.meta.preview_template
    assert child.get_preview_value() is not None
    assert len(str(child.get_description())) > 20
    assert child.meta.icon not in {None, "placeholder"}
    assert str(child.label) != name


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_the_block_picker_previews_every_block(client, name):
    client.force_login(UserFactory(superuser=True))
    child = STREAM.child_blocks[name]
    url = reverse("wagtailadmin_block_preview")

    page = client.get(url, {"id": child.definition_prefix})

    assert page.status_code == 200
    text = page.content.decode()
    assert "standardbearer.css" in text
    body = text.split("<main>")[1]
    assert len(body.split("</main>")[0].strip()) > 120


@pytest.mark.django_db
def test_a_reference_is_stored_as_uuid_and_costs_no_query(django_assert_num_queries):
    standard = publish_standard()
    child = STREAM.child_blocks["standard"]

    with django_assert_num_queries(0):
        value = child.to_python(str(standard.uuid))
        assert child.bulk_to_python([str(standard.uuid), None]) == [standard.uuid, None]
        assert child.get_prep_value(value) == str(standard.uuid)
        assert child.get_api_representation(value) == str(standard.uuid)


@pytest.mark.django_db
def test_the_chooser_hands_over_a_primary_key_and_shows_a_title():
    standard = publish_standard()
    child = STREAM.child_blocks["standard"]

    assert child.value_from_form(str(standard.pk)) == standard.uuid
    assert child.get_form_state(standard.uuid)["id"] == standard.pk
    assert child.clean(standard.uuid) == standard.uuid
    assert [row[:2] for row in child.extract_references(standard.uuid)] == [
        (Standard, str(standard.pk))
    ]


@pytest.mark.django_db
def test_publication_refuses_something_that_learners_could_not_open():
    draft = draft_standard("DRAFT-01")
    child = STREAM.child_blocks["standard"]

    with pytest.raises(ValidationError, match="not published yet"):
        child.clean(draft.uuid)


@pytest.mark.django_db
def test_a_quiz_is_refused_until_it_is_published():
    quiz = make_small_quiz()
    child = STREAM.child_blocks["quiz"]
    assert child.clean(quiz.uuid) == quiz.uuid

    quiz.unpublish()

    with pytest.raises(ValidationError, match="not published yet"):
        child.clean(quiz.uuid)


@pytest.mark.django_db
def test_a_picture_without_words_is_refused_at_publication():
    image = Image(title="Phone", file="original_images/phone.svg", width=640, height=360)
    image.save()
    raw = {"image": {"image": image.pk, "decorative": False, "alt_text": ""}, "caption": ""}
    child = STREAM.child_blocks["image"]

    with pytest.raises(blocks.StructBlockValidationError):
        child.clean(child.to_python(raw))

    raw["image"]["decorative"] = True
    child.clean(child.to_python(raw))


def test_a_standard_without_a_live_version_shows_nothing():
    child = STREAM.child_blocks["standard"]
    uuid = StandardCard(uuid=child.get_preview_value(), code="X", title="Y").uuid

    assert child.pick_card(Cards(), uuid) is None
    assert child.kind is LinkKind.STANDARD


@pytest.mark.django_db
def test_wagtails_reference_index_knows_where_a_standard_is_used():
    from wagtail.models import ReferenceIndex

    standard = publish_standard()
    course = make_course(lessons=[[TEXT, block("standard", standard)]])
    page = lesson_pages(course)[0]

    ReferenceIndex.create_or_update_for_object(page)

    assert ReferenceIndex.get_references_to(standard).filter(object_id=str(page.pk)).exists()
