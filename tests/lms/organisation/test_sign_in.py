from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from lms.api import Employee
from lms.organisation.actions.logins import create_login
from tests.lms.factories import PASSWORD, EmployeeFactory, UserFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
LOGIN = "/login/"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ann():
    return make_person(employee_number="HF0042", email="Ann.Lee@example.com")


def sign_in(client, login, password=PASSWORD, **data):
    return client.post(LOGIN, {"username": login, "password": password, **data})


def is_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "login", ["HF0042", "hf0042", " HF0042 ", "Ann.Lee@example.com", "ANN.LEE@EXAMPLE.COM"]
)
def test_people_sign_in_by_number_or_address_in_any_case(client, ann, login):
    response = sign_in(client, login)

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(ann.user.pk)


def test_a_login_without_a_person_signs_in_by_its_name(client):
    UserFactory(username="site-owner")

    sign_in(client, "site-owner")

    assert is_in(client)


def test_a_wrong_password_and_an_unknown_number_are_told_in_the_same_words(client, ann):
    def words(response):
        text = response.content.decode()
        return text[text.index("<ul>") : text.index("</ul>")]

    wrong = sign_in(client, "HF0042", "wrong")
    unknown = sign_in(client, "HF9999", "wrong")

    assert wrong.status_code == unknown.status_code == 200
    assert words(wrong) == words(unknown)
    assert not is_in(client)


@pytest.mark.parametrize("login", ["", "\0", "x" * 300, "a@b@c", "' or 1=1 --", "é" * 200])
def test_no_login_makes_the_page_fail(client, ann, login):
    assert sign_in(client, login).status_code == 200
    assert not is_in(client)


def test_a_long_address_is_not_cut(client):
    address = "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".com"
    person = make_person(employee_number="L1", email=address)

    sign_in(client, address)

    assert client.session["_auth_user_id"] == str(person.user.pk)


def test_people_who_have_left_cannot_sign_in(client):
    make_person(employee_number="L1", left_on=timezone.localdate())
    make_person(employee_number="L2", left_on=timezone.localdate() + timedelta(days=2))

    assert sign_in(client, "L1").status_code == 200
    assert not is_in(client)
    sign_in(client, "L2")
    assert is_in(client)


def test_leaving_ends_the_session_at_the_next_request(client, ann):
    client.force_login(ann.user)
    assert client.get("/api/v1/employees/").status_code == 200

    Employee.objects.filter(pk=ann.pk).update(left_on=timezone.localdate())

    assert client.get("/api/v1/employees/").status_code == 401


@pytest.mark.parametrize(
    ("target", "followed"),
    [
        ("/standards/", True),
        ("//evil.example", False),
        ("https://evil.example/", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
    ],
)
def test_signing_in_leads_only_to_own_pages(client, ann, target, followed):
    response = sign_in(client, "HF0042", next=target)

    assert response.status_code == 302
    assert (response.headers["Location"] == target) is followed
    assert "evil" not in response.headers["Location"]


def test_ten_failures_stop_even_the_right_password(client, ann):
    for _n in range(10):
        assert sign_in(client, "hf0042", "wrong").status_code == 200

    refused = sign_in(client, "HF0042")

    assert refused.status_code == 429
    assert "Wait 15 minutes" in refused.content.decode()
    assert int(refused.headers["Retry-After"]) == 900
    assert not is_in(client)


def test_others_and_other_addresses_are_not_held_up(client, ann):
    make_person(employee_number="B1")
    for _n in range(10):
        sign_in(client, "HF0042", "wrong")

    sign_in(client, "B1")
    assert is_in(client)
    client.logout()
    client.post(LOGIN, {"username": "HF0042", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
    assert is_in(client)


def test_behind_a_proxy_each_visitor_is_counted_alone(client, ann, settings):
    settings.STANDARDBEARER = {**settings.STANDARDBEARER, "TRUSTED_PROXIES": 1}
    for count in range(10):
        made_up = {"X-Forwarded-For": f"10.9.9.{count}, 192.0.2.1"}
        client.post(LOGIN, {"username": "HF0042", "password": "wrong"}, headers=made_up)
    right = {"username": "HF0042", "password": PASSWORD}

    client.post(LOGIN, right, headers={"X-Forwarded-For": "192.0.2.1"})
    assert not is_in(client)
    client.post(LOGIN, right, headers={"X-Forwarded-For": "192.0.2.2"})
    assert is_in(client)


def test_a_success_forgets_the_failures_before_it(client, ann):
    for _n in range(9):
        sign_in(client, "HF0042", "wrong")
    sign_in(client, "HF0042")
    client.logout()

    assert sign_in(client, "HF0042", "wrong").status_code == 200
    assert sign_in(client, "HF0042").status_code == 302


def ask_for_password(client, address):
    assert client.post(reverse("sb_lms:password_reset"), {"email": address}).status_code == 302
    return mail.outbox


def test_somebody_new_chooses_a_password_by_mail_and_is_in(client):
    person = EmployeeFactory(employee_number="N1", email="new@example.com")
    create_login(employee=person)
    person.save()

    (sent,) = ask_for_password(client, "NEW@example.com")
    path = next(
        line.split("testserver", 1)[1] for line in sent.body.splitlines() if "://testserver" in line
    )
    page = client.get(path, follow=True)
    client.post(
        page.request["PATH_INFO"],
        {"new_password1": "a pier in the rain", "new_password2": "a pier in the rain"},
    )

    sign_in(client, "n1", "a pier in the rain")
    assert is_in(client)


def test_nobody_who_has_left_and_nobody_unknown_gets_a_mail(client):
    make_person(email="left@example.com", left_on=timezone.localdate())

    assert ask_for_password(client, "left@example.com") == []
    assert ask_for_password(client, "nobody@example.com") == []


def test_a_login_without_a_password_and_without_a_person_gets_no_mail(client):
    user = UserFactory(email="robot@example.com")
    user.set_unusable_password()
    user.save()

    assert ask_for_password(client, "robot@example.com") == []


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        ("hr", True),
        ("regional_hr", True),
        ("trainer", True),
        ("auditor", True),
        ("branch_manager", False),
        ("assessor", False),
    ],
)
def test_a_role_whose_work_is_in_the_admin_opens_it(client, role, opens):
    user = make_granted(role)
    client.force_login(user)

    assert client.get("/admin/").status_code == (200 if opens else 302)
    assert user.has_perm("wagtailadmin.access_admin") is opens


def test_asking_for_permissions_again_costs_nothing(django_assert_num_queries, ann):
    user = type(ann.user).objects.get(pk=ann.user.pk)
    user.has_perm("wagtailadmin.access_admin")

    with django_assert_num_queries(0):
        assert not user.has_perm("wagtailadmin.access_admin")
