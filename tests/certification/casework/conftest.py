"""Who and what casework is tried with."""

import pytest
from django.utils import timezone

from tests.certification.factories import make_simple_certification
from tests.lms.factories import BranchFactory, make_granted, make_person


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def certification():
    return make_simple_certification()[0]


@pytest.fixture
def people():
    branch = BranchFactory()
    return [make_person(home_branch=branch) for _n in range(3)]


@pytest.fixture
def hr():
    return make_granted("hr")
