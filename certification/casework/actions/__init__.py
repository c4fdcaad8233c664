"""What HR does to one person or to many, on top of the facts that ``awards`` writes."""

from certification.casework.actions.bulk import begin_bulk, continue_bulk, undo_bulk
from certification.casework.actions.facts import Order
from certification.casework.actions.trying import try_out
from certification.casework.actions.trying_many import BulkPreview, try_out_many

__all__ = [
    "BulkPreview",
    "Order",
    "begin_bulk",
    "continue_bulk",
    "try_out",
    "try_out_many",
    "undo_bulk",
]
