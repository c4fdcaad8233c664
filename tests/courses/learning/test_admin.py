import pytest
from django.urls import reverse

from courses.api import enrol
from courses.learning.models import Enrolment
from tests.courses.factories import NOW, make_course, row_of
from tests.exports import read_cells
from tests.lms.factories import BranchFactory, UserFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_branches():
    here, there = BranchFactory(), BranchFactory()
    course = row_of(make_course(lessons=1))
    for branch, name in ((here, "Here"), (there, "CANARY-THERE")):
        person = make_person(branch, given_name=name)
        enrol(employee=person, course=course, actor=None, now=NOW)
    return here


def open_admin(user):
    from django.contrib.auth.models import Permission

    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def test_a_superuser_sees_enrolments_and_cannot_change_them(client, two_branches):
    client.force_login(UserFactory(superuser=True))
    row = Enrolment.objects.first()

    listed = client.get(reverse("enrolments:index"))
    one = client.get(reverse("enrolments:inspect", args=[row.pk]))

    assert listed.status_code == one.status_code == 200
    assert "Here" in listed.content.decode()
    for name, args in (("add", []), ("edit", [row.pk]), ("delete", [row.pk])):
        answer = client.post(reverse(f"enrolments:{name}", args=args))
        assert answer.status_code in {302, 403, 404}
    assert Enrolment.objects.count() == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_exported_cells_are_never_formulas(client, two_branches, form):
    client.force_login(UserFactory(superuser=True))
    formula = '=HYPERLINK("http://evil.example")'
    person = make_person(two_branches, given_name=formula)
    enrol(employee=person, course=Enrolment.objects.first().course, actor=None, now=NOW)

    export = client.get(reverse("enrolments:index"), {"export": form})

    cells = [cell for row in read_cells(export, form) for cell in row]
    assert any(str(cell).startswith(f"'{formula}") for cell in cells)
    assert not any(str(cell).startswith("=") for cell in cells)


def test_a_branch_manager_sees_only_the_own_branch(client, two_branches):
    client.force_login(open_admin(make_granted("branch_manager", branch=two_branches)))
    there = Enrolment.objects.get(employee__given_name="CANARY-THERE")

    listed = client.get(reverse("enrolments:index"))
    export = client.get(reverse("enrolments:index"), {"export": "csv"})
    searched = client.get(reverse("enrolments:index_results"), {"q": "CANARY"})
    hidden = client.get(reverse("enrolments:inspect", args=[there.pk]))

    assert "Here" in listed.content.decode()
    exported = b"".join(export.streaming_content).decode()
    assert "Here" in exported
    for text in (listed.content.decode(), searched.content.decode(), exported):
        assert "CANARY-THERE" not in text
    assert hidden.status_code == 404


def test_the_editor_of_a_lesson_opens_with_all_its_blocks(client):
    course = make_course(lessons=1)
    client.force_login(UserFactory(superuser=True))
    page = course.get_children().first()

    answer = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))

    assert answer.status_code == 200
    assert "Role-play" in answer.content.decode()
