"""Every road in is in the policy, and answers as the policy says."""

from uuid import UUID

import pytest
from django.core.management import get_commands
from django.urls import URLPattern, reverse
from django.urls.resolvers import RoutePattern

from lms.config.celery import app
from lms.organisation.rules.policy import LEARNER, POLICY, find_scopes
from tests.architecture import routes
from tests.architecture.sources import PACKAGES, ROOT
from tests.lms.factories import EmployeeFactory

NOBODY = UUID("00000000-0000-4000-8000-000000000000")


@pytest.fixture(scope="module")
def every_route():
    return list(routes.find_routes())


@pytest.fixture
def learner(client, db):
    """A person on the roster with a login and nothing else."""
    client.force_login(EmployeeFactory(user=True).user)
    return client


def test_every_route_is_in_the_policy(every_route):
    assert routes.find_unknown(every_route) == []


def test_route_that_nobody_listed_is_found():
    class Planted:
        url_patterns = [URLPattern(RoutePattern("planted/"), lambda request: None, name="planted")]

    assert routes.find_unknown(list(routes.find_routes(Planted()))) == ["planted (planted/)"]


def test_tables_name_no_route_that_is_gone(every_route):
    site = {route.name for route in every_route if not route.in_admin}
    admin = {route.group for route in every_route if route.in_admin}
    assert {*routes.SITE, *routes.API} - site == set()
    assert set(routes.ADMIN) - admin == set()
    assert set(routes.OF_OTHERS) - site <= {"media"}


def test_every_guard_is_a_row_of_the_policy_table():
    guards = [*routes.SITE.values(), *routes.API.values()]
    for guard in guards:
        if guard.resource:
            assert find_scopes(guard.verb, guard.resource), guard
        if guard.audience in {"own", "shared"}:
            assert LEARNER in find_scopes(guard.verb, guard.resource), guard
    assert set(routes.ADMIN.values()) <= set(POLICY)


def test_every_task_is_in_the_policy():
    app.loader.import_default_modules()
    own = {name for name in app.tasks if name.split(".")[0] in PACKAGES}
    assert own == set(routes.TASKS)


def test_every_command_is_in_the_policy():
    own = {name for name, app in get_commands().items() if app in PACKAGES}
    files = {
        path.stem
        for package in PACKAGES
        for path in (ROOT / package).glob("management/commands/*.py")
        if path.stem != "__init__"
    }
    assert own == files == set(routes.COMMANDS)


def _plain(every_route, table):
    return [route for route in every_route if route.name in table and not route.arguments]


def test_anonymous_visitor_gets_only_what_is_public(client, db, every_route):
    wrong = {}
    for route in _plain(every_route, routes.SITE):
        response = client.get(reverse(route.name))
        guard = routes.SITE[route.name]
        if guard.audience == "public":
            expected = response.status_code == guard.learner
        else:
            expected = response.status_code == 405 or (
                response.status_code == 302 and "/login/" in response["Location"]
            )
        if not expected:
            wrong[route.name] = response.status_code
    assert not wrong


def test_anonymous_caller_of_the_api_is_refused_with_a_problem(client, db, every_route):
    for route in _plain(every_route, routes.API):
        if routes.API[route.name].audience == "public":
            continue  # the description of the API says the same to everybody
        response = client.get(reverse(route.name))
        assert response.status_code in {401, 403}, route
        assert "problem+json" in response["Content-Type"], route


def test_learner_gets_own_things_and_nothing_of_others(learner, every_route):
    table = routes.SITE | routes.API
    got = {
        route.name: learner.get(reverse(route.name)).status_code
        for route in _plain(every_route, table)
        if route.name != "sb_lms:login"  # leads on to the home page
    }
    assert got == {name: table[name].learner for name in got}


def test_unknown_ids_are_not_found_by_anybody(learner, every_route):
    table = routes.SITE | routes.API
    wrong = {}
    for route in every_route:
        if route.name not in table or not route.arguments:
            continue
        response = learner.get(_fill(route))
        if response.status_code not in {404, 405}:
            wrong[route.name] = response.status_code
    # The first leads on to the page of the work, which is not found; the second says in words
    # that the link is no longer good.
    assert wrong == {"sb_certification:step": 302, "sb_lms:password_reset_confirm": 200}


@pytest.mark.parametrize("junk", ["x", "1", "%00", "0" * 400])
def test_ids_that_are_none_are_not_found_by_the_api(learner, every_route, junk):
    lists = [name for name in routes.API if name.endswith("-list")]
    got = {name: learner.get(f"{reverse(name)}{junk}/").status_code for name in lists}
    assert got == dict.fromkeys(lists, 404)


def _fill(route):
    """Return the address with arguments that name nothing."""
    values = {"kind": "quiz", "number": 1, "code": "NOBODY-00", "uidb64": "x", "token": "y"}
    return reverse(route.name, kwargs={name: values.get(name, NOBODY) for name in route.arguments})


@pytest.mark.parametrize("signed_in", [False, True])
def test_admin_lets_nobody_in_without_the_permission(client, db, every_route, signed_in):
    if signed_in:
        client.force_login(EmployeeFactory(user=True).user)
    entered = []
    for route in every_route:
        public = routes.ADMIN_OF_WAGTAIL.get(route.group) == "public"
        if not route.in_admin or route.arguments or public or not route.name:
            continue
        response = client.get(reverse(route.name))
        refused = response.status_code in {403, 404, 405} or (
            response.status_code == 302 and "login" in response["Location"]
        )
        if not refused:
            entered.append((route.name, response.status_code))
    assert not entered
