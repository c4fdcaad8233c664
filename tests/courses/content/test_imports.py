import copy

import pytest
from wagtail.images.models import Image
from wagtail.models import Revision, Site

from courses.api import CourseVersion, import_courses
from courses.content.models import CourseIndexPage, CoursePage, LessonPage
from lms.api import InvalidInputError
from tests.courses.factories import NOW
from tests.lms.factories import UserFactory
from tests.lms.standards.factories import publish_standard

pytestmark = pytest.mark.django_db

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360"/>'


def document():
    return [
        {
            "slug": "counter-service",
            "title": "Counter service",
            "summary": "The first minutes.",
            "minutes": 10,
            "cover": {"file": "cover.svg", "alt": "A counter with a bell."},
            "standards": ["PHONE-01"],
            "lessons": [
                {
                    "slug": "phone",
                    "title": "The phone",
                    "minutes": 5,
                    "blocks": [
                        {"type": "text", "html": "<p>Pick <b>up</b>.<script>x()</script></p>"},
                        {"type": "image", "file": "phone.svg", "alt": "A phone.", "caption": "Hm"},
                        {"type": "standard", "code": "PHONE-01"},
                        {"type": "do_dont", "do": ["“Good morning.”"], "dont": ["“Yes?”"]},
                        {"type": "steps", "title": "", "items": ["One.", "Two."]},
                        {"type": "callout", "tone": "tip", "title": "Tip", "html": "<p>Smile.</p>"},
                        {"type": "acknowledgement", "standard": "PHONE-01"},
                    ],
                },
                {"slug": "name", "title": "The name", "minutes": 5, "blocks": []},
            ],
        }
    ]


@pytest.fixture
def load(tmp_path):
    publish_standard("PHONE-01")
    for name, size in (("cover", 1), ("phone", 2)):
        (tmp_path / f"{name}.svg").write_text(SVG.replace("/>", f'><path d="M{size} 1"/></svg>'))
    root = Site.objects.get(is_default_site=True).root_page.specific

    def run(courses, **options):
        return import_courses(
            document=courses,
            site_root_page=root,
            media_folder=tmp_path,
            actor=None,
            now=NOW,
            **options,
        )

    return run


def test_a_document_becomes_live_pages_with_one_version(load):
    done = load(document())

    course = CoursePage.objects.get()
    assert done.created == [
        "counter-service/phone",
        "counter-service/name",
        "counter-service",
    ]
    assert (course.live, course.get_parent().specific) == (True, CourseIndexPage.objects.get())
    assert [standard.code for standard in course.standards.all()] == ["PHONE-01"]
    assert [page.slug for page in LessonPage.objects.child_of(course).order_by("path")] == [
        "phone",
        "name",
    ]
    version = CourseVersion.objects.get()
    assert (version.number, version.published_at is not None) == (1, True)


def test_blocks_arrive_as_an_author_would_have_made_them(load):
    load(document())
    body = LessonPage.objects.get(slug="phone").body

    kinds = [child.block_type for child in body]
    assert kinds == [row["type"] for row in document()[0]["lessons"][0]["blocks"]]
    assert str(body[0].value) == "<p>Pick <b>up</b>.</p>"
    picture = body[1].value["image"]
    assert (picture.contextual_alt_text, picture.is_svg()) == ("A phone.", True)
    assert list(body[4].value["items"]) == ["One.", "Two."]


def test_the_same_document_twice_writes_nothing(load):
    load(document())
    before = (Revision.objects.count(), Image.objects.count(), CourseVersion.objects.count())

    done = load(document())

    assert (done.created, done.updated) == ([], [])
    after = (Revision.objects.count(), Image.objects.count(), CourseVersion.objects.count())
    assert after == before


def test_a_changed_lesson_is_published_and_the_others_left_alone(load):
    load(document())
    changed = document()
    changed[0]["lessons"][0]["blocks"][0]["html"] = "<p>Pick up at once.</p>"

    done = load(changed)

    assert done.updated == ["counter-service/phone"]
    assert "at once" in str(LessonPage.objects.get(slug="phone").body[0].value)
    assert CourseVersion.objects.last().number == 2


def break_type(course):
    course["lessons"][0]["blocks"][0]["type"] = "video"


def break_file(course):
    course["lessons"][0]["blocks"][1]["file"] = "../../etc/passwd"


def break_alt(course):
    course["lessons"][0]["blocks"][1]["alt"] = " "


def break_code(course):
    course["lessons"][0]["blocks"][2]["code"] = "NONE-99"


def break_standard(course):
    course["standards"] = ["NONE-99"]


def break_title(course):
    course["title"] = ""


def break_cover(course):
    course["cover"]["alt"] = ""


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (break_type, "counter-service/phone: “video” is not a kind of block"),
        (break_file, "the picture “passwd” is missing"),
        (break_alt, "“alt” is missing"),
        (break_code, "there is no standard “NONE-99”"),
        (break_standard, "there is no standard “NONE-99”"),
        (break_title, "counter-service: “title” is missing"),
        (break_cover, "Say what the cover shows"),
    ],
)
def test_a_broken_document_says_where_and_writes_nothing(load, damage, words):
    broken = copy.deepcopy(document())
    damage(broken[0])

    with pytest.raises(InvalidInputError, match=words):
        load(broken)

    assert not CoursePage.objects.exists()
    assert not CourseVersion.objects.exists()


def test_new_pages_belong_to_whoever_was_named(load):
    owner = UserFactory()
    load(document(), owner=owner)
    pages = [*CourseIndexPage.objects.all(), *CoursePage.objects.all(), *LessonPage.objects.all()]
    assert [page.owner for page in pages] == [owner] * 4
