"""The demo company has the branches and people it promises."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from tests.demo.content import BRANCHES, ROLES, ROSTER, rows


def test_there_are_forty_branches_in_five_regions_and_four_time_zones() -> None:
    assert len(BRANCHES) == 40
    assert list(BRANCHES[0]) == [
        "branch_code",
        "name",
        "region_path",
        "time_zone",
        "kind",
        "opened_on",
        "closed_on",
    ]
    assert len({branch["branch_code"] for branch in BRANCHES}) == 40
    assert len({branch["name"] for branch in BRANCHES}) == 40
    assert len({branch["region_path"] for branch in BRANCHES}) == 5
    zones = {ZoneInfo(branch["time_zone"]) for branch in BRANCHES}
    on = date(2026, 11, 16)
    noon = [zone.utcoffset(_noon(on, zone)) for zone in zones]
    assert len(set(noon)) == 4


def _noon(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(12), zone)


def test_there_are_seven_job_roles_and_each_is_held() -> None:
    codes = [role["code"] for role in ROLES]
    assert len(codes) == len(set(codes)) == 7
    assert {row["job_role_code"] for row in ROSTER} == set(codes)


def test_the_roster_has_six_hundred_people_with_unique_numbers_and_addresses() -> None:
    assert len(ROSTER) == 600
    assert list(ROSTER[0]) == [
        "employee_number",
        "given_name",
        "family_name",
        "email",
        "branch_code",
        "job_role_code",
        "manager_number",
        "hired_on",
        "left_on",
        "locale",
    ]
    assert {row["employee_number"] for row in ROSTER} == {f"HF{n:05d}" for n in range(1, 601)}
    addresses = [row["email"] for row in ROSTER if row["email"]]
    assert len(addresses) == len(set(addresses)) == 540
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d*@harbourfinch\.example", mail) for mail in addresses)
    assert {row["locale"] for row in ROSTER} == {"en", "de", "es"}


def test_every_roster_row_points_at_a_branch_and_a_manager_above_it() -> None:
    people = {row["employee_number"]: row for row in ROSTER}
    region = {branch["branch_code"]: branch["region_path"] for branch in BRANCHES}
    above = {"regional-manager": None, "branch-manager": "regional-manager"}
    for row in ROSTER:
        role = above.get(row["job_role_code"], "branch-manager")
        if role is None:
            assert row["manager_number"] == ""
            continue
        manager = people[row["manager_number"]]
        assert manager["job_role_code"] == role
        assert region[manager["branch_code"]] == region[row["branch_code"]]
        if role == "branch-manager":
            assert manager["branch_code"] == row["branch_code"]


def test_each_branch_has_one_manager_and_each_region_one_above() -> None:
    managers = Counter(
        row["branch_code"] for row in ROSTER if row["job_role_code"] == "branch-manager"
    )
    assert managers == {branch["branch_code"]: 1 for branch in BRANCHES}
    assert sum(row["job_role_code"] == "regional-manager" for row in ROSTER) == 5


def test_hiring_spreads_over_the_years_and_twenty_people_left_lately() -> None:
    opened = {row["branch_code"]: date.fromisoformat(row["opened_on"]) for row in BRANCHES}
    left = []
    for row in ROSTER:
        hired_on = date.fromisoformat(row["hired_on"])
        assert hired_on >= opened[row["branch_code"]]
        if row["left_on"]:
            left.append(date.fromisoformat(row["left_on"]))
            assert left[-1] > hired_on
    assert {date.fromisoformat(row["hired_on"]).year for row in ROSTER} == set(range(2014, 2027))
    assert len(left) == 20
    assert min(left) >= date(2024, 11, 22)


def test_two_people_came_back_and_ten_were_promoted_to_shift_lead() -> None:
    people = {row["employee_number"]: row for row in ROSTER}
    region = {branch["branch_code"]: branch["region_path"] for branch in BRANCHES}
    stints = rows("stints.csv")
    assert len({region[people[row["employee_number"]]["branch_code"]] for row in stints}) == 2
    for row in stints:
        assert row["hired_on"] < row["left_on"] < people[row["employee_number"]]["hired_on"]
    moves = rows("moves.csv")
    promoted = [
        row for row in moves if people[row["employee_number"]]["job_role_code"] == "shift-lead"
    ]
    assert len([row for row in promoted if row["on"] > "2026-02-01"]) >= 10
    assert len({row["employee_number"] for row in moves}) == len(moves) >= 40


def test_the_last_hire_is_a_cashier_in_germany_who_reports_to_jonas_brandt() -> None:
    people = {row["employee_number"]: row for row in ROSTER}
    amara = people["HF00600"]
    assert (amara["given_name"], amara["family_name"]) == ("Amara", "Nwosu")
    assert (amara["job_role_code"], amara["hired_on"]) == ("cashier", "2026-11-16")
    assert amara["hired_on"] == max(row["hired_on"] for row in ROSTER)
    manager = people[amara["manager_number"]]
    assert (manager["given_name"], manager["family_name"]) == ("Jonas", "Brandt")
    branch = next(row for row in BRANCHES if row["branch_code"] == amara["branch_code"])
    assert branch["region_path"] == "Harbour & Finch/Germany"
