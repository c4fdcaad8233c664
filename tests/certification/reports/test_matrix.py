"""The matrix: sums, scope, levels, sorting, and its queries."""

import pytest
from django.contrib.auth.models import AnonymousUser

from certification.awards.actions import end_assignment, exempt_employee
from certification.awards.models import Assignment
from certification.reports.reads import MatrixFilters, read_matrix, stream_matrix_rows
from certification.reports.rules import Counts
from certification.standing.models import BranchTally
from lms.api import NotFoundError
from tests.certification.reports.company import (
    NOW,
    TODAY,
    assign,
    certify,
    make_certification,
    make_people,
)
from tests.lms.factories import (
    BranchFactory,
    JobRoleFactory,
    RegionFactory,
    UserFactory,
    make_granted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    """Two regions under one root with two branches each; the phone certification asked of all."""

    class Company:
        root = RegionFactory(name="World")
        north = RegionFactory(name="North", parent=root)
        south = RegionFactory(name="South", parent=root)
        role = JobRoleFactory()
        n1 = BranchFactory(code="N1", region=north)
        n2 = BranchFactory(code="N2", region=north)
        s1 = BranchFactory(code="S1", region=south)
        s2 = BranchFactory(code="S2", region=south)
        phone = make_certification("phone", "Phone")
        till = make_certification("till", "Till")

    people = Company.people = {
        code: make_people(getattr(Company, code), Company.role, number)
        for code, number in (("n1", 4), ("n2", 2), ("s1", 2))
    }
    for group in people.values():
        assign(group, Company.phone)
    certify(people["n1"][:3] + people["s1"], Company.phone)
    return Company


def read(user, **filters):
    return read_matrix(user=user, filters=MatrixFilters(**filters), today=TODAY)


def shown(matrix, code="phone"):
    """Return place name → compliant/counted of one column."""
    column = [row.code for row in matrix.certifications].index(code)
    return {
        row.place.code or row.place.name: (row.cells[column].compliant, row.cells[column].counted)
        for row in matrix.rows
    }


def test_a_region_shows_the_sums_of_its_subtree(company):
    matrix = read(make_granted("hr"))
    assert matrix.shows_regions
    assert shown(matrix) == {"North": (3, 6), "South": (2, 2)}
    assert matrix.totals[0] == matrix.rows[0].cells[0] + matrix.rows[1].cells[0]
    assert matrix.overall.counted == 8


def test_a_region_opens_to_its_branches(company):
    matrix = read(make_granted("hr"), region=company.north.uuid)
    assert shown(matrix) == {"N1": (3, 4), "N2": (0, 2)}
    assert [place.name for place in matrix.trail] == ["North"]  # the whole world is the top


def test_nobody_counted_is_empty_and_never_a_hundred(company):
    matrix = read(make_granted("hr"), region=company.north.uuid)
    assert matrix.rows[0].cells[1] == Counts()
    assert matrix.rows[0].cells[1].percent is None


def test_newcomers_and_exempt_people_stand_outside_of_the_count(company):
    first, second = company.people["s1"]
    fresh = make_people(company.s1, company.role, 3)
    assign(fresh, company.phone, from_on=TODAY)
    exempt_employee(
        employee=first,
        certification=company.phone,
        from_on=TODAY,
        until_on=TODAY.replace(year=2027),
        reason="parental leave cover",
        actor=None,
        now=NOW,
    )
    end_assignment(
        assignment=Assignment.objects.get(employee=second),
        on=TODAY,
        reason="moved to the office",
        actor=None,
        now=NOW,
    )
    cell = read(make_granted("hr"), flat=True).rows[2].cells[0]
    assert (cell.counted, cell.compliant, cell.newcomers) == (0, 0, 3)


def test_optional_people_are_kept_apart(company):
    extra = make_people(company.s2, company.role, 2)
    assign(extra, company.phone, optional=True)
    certify(extra[:1], company.phone)
    cell = read(make_granted("hr"), region=company.south.uuid).rows[1].cells[0]
    assert (cell.counted, cell.optional, cell.optional_held) == (0, 2, 1)


def test_a_regional_reader_sees_the_region_and_no_more(company):
    matrix = read(make_granted("regional_hr", region=company.south))
    assert set(shown(matrix)) == {"S1", "S2"}  # one region alone starts inside of it
    assert matrix.overall.counted == 2


def test_a_branch_manager_sees_the_branch_and_no_more(company):
    matrix = read(make_granted("branch_manager", branch=company.n2))
    assert shown(matrix) == {"N2": (0, 2)}
    assert matrix.trail == ()


def test_regions_out_of_scope_look_like_unknown_ones(company):
    user = make_granted("regional_hr", region=company.south)
    for uuid in (company.north.uuid, company.root.uuid, company.n1.uuid):
        with pytest.raises(NotFoundError):
            read(user, region=uuid)


@pytest.mark.parametrize("make_user", [UserFactory, AnonymousUser])
def test_who_holds_no_role_sees_nothing(company, make_user):
    assert read(make_user()).rows == ()


def test_rows_can_be_narrowed_to_a_level_in_both_views(company):
    user = make_granted("hr")
    assert set(shown(read(user, level="bad"))) == {"North"}
    assert set(shown(read(user, flat=True, level="bad"))) == {"N1", "N2"}
    assert set(shown(read(user, flat=True, level="ok"))) == {"S1"}
    assert shown(read(user, flat=True, level="warn")) == {}


def test_totals_are_over_what_fits(company):
    matrix = read(make_granted("hr"), flat=True, level="bad")
    assert (matrix.totals[0].compliant, matrix.totals[0].counted) == (3, 6)


@pytest.mark.parametrize("sort", ["phone", "all"])
def test_branches_sort_by_share_with_the_uncounted_last(company, sort):
    user = make_granted("hr")
    up = read(user, flat=True, sort=sort)
    down = read(user, flat=True, sort=sort, descending=True)
    assert list(shown(up)) == ["N2", "N1", "S1", "S2"]
    assert list(shown(down)) == ["S1", "N1", "N2", "S2"]


def test_regions_sort_by_share_too(company):
    user = make_granted("hr")
    assert list(shown(read(user, sort="phone", descending=True))) == ["South", "North"]
    assert list(shown(read(user, sort="name", descending=True))) == ["South", "North"]


def test_closed_branches_are_left_out_unless_they_count_somebody(company):
    for branch in (company.s2, company.s1):
        branch.closed_on = TODAY
        branch.save()
    assert set(shown(read(make_granted("hr"), region=company.south.uuid))) == {"S1"}


def test_retired_certifications_have_no_column_unless_asked_for(company):
    company.till.retired_on = TODAY
    company.till.save()
    user = make_granted("hr")
    assert [row.code for row in read(user).certifications] == ["phone"]
    asked = read(user, certifications=("till",))
    assert [row.code for row in asked.certifications] == ["till"]


@pytest.mark.parametrize("size", [3, 120])
@pytest.mark.parametrize("flat", [True, False])
def test_a_page_costs_at_most_eight_queries(company, size, flat, django_assert_max_num_queries):
    make_branches(company, size)
    user = make_granted("hr")
    with django_assert_max_num_queries(8):
        matrix = read(user, flat=flat, sort="phone", level="ok")
    assert matrix.rows


def test_pages_follow_each_other_without_gaps_or_repeats(company):
    make_branches(company, 120)
    user = make_granted("hr")
    filters = MatrixFilters(flat=True)
    pages = [
        read_matrix(user=user, filters=filters, today=TODAY, page=number) for number in (1, 2, 3)
    ]
    codes = [row.place.code for page in pages for row in page.rows]
    assert len(codes) == len(set(codes)) == pages[0].rows_in_all == 124
    _first, rows = stream_matrix_rows(user=user, filters=filters, today=TODAY)
    assert [row.place.code for row in rows] == codes


def make_branches(company, number):
    """Make branches with one tally each, as the actions would have left them."""
    branches = [BranchFactory(code=f"X{n:03d}", region=company.north) for n in range(number)]
    BranchTally.objects.bulk_create(
        [
            BranchTally(branch=branch, certification=company.phone, counted=2, compliant=2)
            for branch in branches
        ]
    )
