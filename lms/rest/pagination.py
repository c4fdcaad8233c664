"""Pages of API lists: by cursor, so that inserts neither repeat nor skip a row."""

from rest_framework.pagination import CursorPagination


class StableCursorPagination(CursorPagination):
    """Fifty rows a page, in order of the primary key; at most 200 on request."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "pk"
