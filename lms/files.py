"""What other apps may use to take files in, beside ``lms.api``: explicit names, nothing else."""
# ruff: noqa: PLC0414  (re-exports say so by their form)

from lms.management.importing import ImportCommand as ImportCommand
from lms.organisation.actions.imports import count_all as count_all
from lms.organisation.actions.imports import parse_or_explain as parse_or_explain
from lms.organisation.actions.imports import put_in_words as put_in_words
from lms.organisation.rules.results import ImportResult as ImportResult
from lms.organisation.rules.results import RowError as RowError
from lms.organisation.rules.tables import FileProblem as FileProblem
from lms.organisation.rules.tables import FileReason as FileReason
from lms.organisation.rules.tables import Layout as Layout
from lms.organisation.rules.tables import Reason as Reason
from lms.organisation.rules.tables import Rejection as Rejection
from lms.organisation.rules.tables import Table as Table
from lms.organisation.rules.tables import fold as fold
from lms.organisation.rules.tables import read_table as read_table
