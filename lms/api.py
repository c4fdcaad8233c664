"""What other apps may use of ``lms``: explicit names, nothing else."""
# ruff: noqa: PLC0414  (re-exports say so by their form)

from lms import registry as registry
from lms.errors import InvalidInputError as InvalidInputError
from lms.errors import LmsError as LmsError
from lms.errors import NotAllowedError as NotAllowedError
from lms.errors import NotFoundError as NotFoundError
from lms.errors import RuleError as RuleError
from lms.ledger.actions import consume_waiting_events as consume_waiting_events
from lms.ledger.actions import record_event as record_event
from lms.ledger.models import DomainEvent as DomainEvent
from lms.messages.actions import plan_notices as plan_notices
from lms.messages.models import Mail as Mail
from lms.messages.models import Notice as Notice
from lms.messages.rules import NoticeWish as NoticeWish
from lms.organisation.models import Absence as Absence
from lms.organisation.models import Branch as Branch
from lms.organisation.models import Employee as Employee
from lms.organisation.models import Grant as Grant
from lms.organisation.models import JobRole as JobRole
from lms.organisation.models import Posting as Posting
from lms.organisation.models import Reach as Reach
from lms.organisation.models import Region as Region
from lms.organisation.models import match_reach as match_reach
from lms.organisation.reads import find_employee as find_employee
from lms.organisation.reads import require_employee as require_employee
from lms.organisation.reads import zone_of as zone_of
from lms.organisation.rules import FinishedWork as FinishedWork
from lms.organisation.rules import local_day as local_day
from lms.organisation.rules import parse_instant as parse_instant
from lms.standards.models import Acknowledgement as Acknowledgement
from lms.standards.models import Standard as Standard
from lms.standards.models import StandardVersion as StandardVersion
