"""Tables that are read by the million."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.base import ModelState
from django.db.models.lookups import In
from django.db.models.signals import post_init, pre_init

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class PlainRow(models.Model):
    """A model whose rows are read by the million: a row read is filled in as it is.

    Django runs ``__init__`` and its two signals for each row that it reads. These models have no
    ``__init__`` of their own, so that reading skips both, unless the site listens to one of the
    signals; columns that were left out are fetched when they are asked for, as ever.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **more: Any,  # what later versions of Django keep with the state of a row
    ) -> Self:
        """Return an instance of a stored row."""
        if pre_init.has_listeners(cls) or post_init.has_listeners(cls):
            return super().from_db(db, field_names, values, **more)
        row = cls.__new__(cls)
        state = ModelState()
        state.__dict__.update(more, db=db, adding=False)
        row.__dict__.update(zip(field_names, values, strict=True), _state=state)
        return row


@models.BigAutoField.register_lookup
@models.ForeignKey.register_lookup
class Among(models.Lookup):  # type: ignore[type-arg]
    """``pk__sb_among=ids``: as ``pk__in`` for many whole numbers, sent as one value.

    Django and the driver look at each number of ``in`` several times, and each time that it is
    asked for. Databases other than SQLite and PostgreSQL are asked with ``in``.
    """

    lookup_name = "sb_among"

    def get_prep_lookup(self) -> list[int]:
        """Return the numbers as a list. Raises: ValueError, TypeError for what is no number."""
        return [int(number) for number in self.rhs]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return the condition of ``in``."""
        return compiler.compile(In(self.lhs, self.rhs))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return the condition, and the numbers as JSON."""
        left, params = self.process_lhs(compiler, connection)
        numbers = "(SELECT value FROM json_each(%s))"
        return f"{left} IN {numbers}", (*params, json.dumps(self.rhs))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, Any]:
        """Return the condition, and the numbers as the text of an array."""
        left, params = self.process_lhs(compiler, connection)
        array = f"{{{','.join(map(str, self.rhs))}}}"
        return f"{left} = ANY(%s::bigint[])", (*params, array)
