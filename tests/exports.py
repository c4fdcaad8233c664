"""The cells of an exported file, as a spreadsheet would take them."""

import csv
import io

from openpyxl import load_workbook


def read_cells(response, form):
    """Return the rows of an answer that holds a CSV or XLSX file."""
    content = b"".join(response.streaming_content)
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]
