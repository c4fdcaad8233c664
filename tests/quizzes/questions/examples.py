"""One whole question of each type: the examples of ``docs/questions.md``."""

import json
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "questions.md"
EXAMPLES = {
    row["type"]: row
    for row in map(json.loads, re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL))
}
