"""Past awards by upload: the dry run, the rejected rows, the import, and who may."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from certification.awards.actions import import_awards
from certification.models import Award
from certification.proofs.actions.uploads import discard_old, keep_upload, read_upload
from lms.api import InvalidInputError, NotFoundError
from tests.certification.factories import make_simple_certification
from tests.lms.factories import make_granted, make_person

pytestmark = pytest.mark.django_db
HEADER = "employee_number,certification_code,awarded_on,valid_from,valid_until,evidence"


@pytest.fixture
def code():
    return make_simple_certification()[0].code


@pytest.fixture
def hr(client):
    user = open_admin("hr")
    client.force_login(user)
    return user


def open_admin(role, **place):
    user = make_granted(role, **place)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def row(number, code, *, days=400):
    """Return a row that began a month ago and ends in ``days``."""
    start = timezone.localdate() - timedelta(days=30)
    end = timezone.localdate() + timedelta(days=days)
    return f"{number},{code},{start},{start},{end},Signed list"


def send(client, *rows, header=HEADER, name="history.csv"):
    content = "\n".join([header, *rows]).encode()
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(reverse("sb_award_imports:index"), {"file": file})


def commit(client):
    return client.post(reverse("sb_award_imports:commit"), follow=True)


def test_the_dry_run_says_what_would_happen_and_writes_nothing(client, hr, code):
    first, second = make_person(), make_person()

    page = send(
        client,
        row(first.employee_number, code),
        row(second.employee_number, code, days=10),
        row("nobody", code),
    )

    assert "2 certifications become valid today." in page.text
    assert "1 of them runs out within 30 days." in page.text
    assert "Nobody on the roster has this number" in page.text
    assert "Bring 2 awards in" in page.text
    assert not Award.objects.exists()


def test_the_import_brings_in_what_was_shown_and_a_second_run_nothing(
    client, hr, code, private_root
):
    line = row(make_person().employee_number, code)
    send(client, line)

    assert "1 award was brought in." in commit(client).text
    award = Award.objects.get()
    assert (award.basis, award.evaluator) == ("imported", hr)
    assert not [path for path in private_root.rglob("*") if path.is_file()]

    assert "There is nothing new to bring in." in send(client, line).text
    assert "was in already" in commit(client).text
    assert Award.objects.count() == 1


def test_confirming_without_a_file_leads_back(client, hr):
    assert "The file is gone" in commit(client).text
    page = client.get(reverse("sb_award_imports:rejected"), follow=True)
    assert "The file is gone" in page.text
    assert client.get(reverse("sb_award_imports:commit")).status_code == 405


def test_rejected_rows_come_as_a_file_without_formulas(client, hr, code):
    send(client, row("=cmd()", code))

    answer = client.get(reverse("sb_award_imports:rejected"))

    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=cmd()" in text
    assert "unknown_employee" in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        ("x".encode("utf-16"), "UTF"),
        (b"a,b\n1,2\n", "column"),
        (HEADER.encode() + b'\n"never closed', "quot"),
        (b"\x00\x01\x02\x03", "UTF"),
        (b"x" * 20_000_001, "too large"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(client, hr, content, words):
    file = SimpleUploadedFile("x.csv", content)

    page = client.post(reverse("sb_award_imports:index"), {"file": file})

    assert page.status_code == 422
    assert words in page.text
    assert not Award.objects.exists()


def test_no_file_at_all_is_named(client, hr):
    assert client.post(reverse("sb_award_imports:index"), {}).status_code == 422


def test_markup_in_a_file_is_shown_as_text(client, hr, code):
    page = send(client, row("<script>alert(1)</script>", code), name="<b>x</b>.csv")

    assert "<script>alert(1)" not in page.text
    assert "<b>x</b>.csv" not in page.text


@pytest.mark.parametrize("role", ["regional_hr", "auditor", "trainer"])
def test_only_hr_imports(client, code, role):
    client.force_login(open_admin(role))
    line = row(make_person().employee_number, code)

    assert send(client, line).status_code in (302, 403)
    commit(client)
    assert not Award.objects.exists()
    assert "Award import" not in client.get(reverse("wagtailadmin_home")).text


def test_hr_for_a_branch_imports_for_its_people_only(client, code):
    mine, stranger = make_person(), make_person()
    client.force_login(open_admin("hr", branch=mine.home_branch))

    page = send(client, row(mine.employee_number, code), row(stranger.employee_number, code))
    commit(client)

    assert "Nobody on the roster has this number" in page.text
    assert Award.objects.get().employee == mine


def test_who_is_certified_already_does_not_become_it(code):
    person = make_person()

    def bring(line):
        return import_awards(
            content=f"{HEADER}\n{line}".encode(),
            file_name="x",
            actor=None,
            now=timezone.now(),
        )

    first = bring(row(person.employee_number, code))
    second = bring(row(person.employee_number, code, days=500))

    assert first.changes == {"certified": (person.employee_number,)}
    assert second.changes == {}


def test_kept_files_go_after_a_day(private_root):
    now = timezone.now()
    token = keep_upload(content=b"x", now=now)
    assert read_upload(token) == b"x"

    discard_old(now=now + timedelta(hours=23))
    assert read_upload(token) == b"x"
    discard_old(now=now + timedelta(hours=25))

    with pytest.raises(NotFoundError):
        read_upload(token)


@pytest.mark.parametrize("token", ["", "../../etc/passwd", "00000000000000000000000000000000"])
def test_a_forged_token_finds_nothing(token):
    with pytest.raises(NotFoundError):
        read_upload(token)


def test_a_file_that_is_too_large_is_not_kept(private_root):
    with pytest.raises(InvalidInputError):
        keep_upload(content=b"x" * 20_000_001, now=timezone.now())
    assert not private_root.exists()
