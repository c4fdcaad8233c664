"""What learners wait for: a question, an answer taken in, handing in, a start, a decision."""

from benchmarks.taking.operations import run_taking

__all__ = ["run_taking"]
