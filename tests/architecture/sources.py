"""The sources the architecture tests walk: the four packages of the product."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lms", "quizzes", "courses", "certification")
LABELS = ("sb_lms", "sb_quizzes", "sb_courses", "sb_certification")
"""App labels, lowest first: a foreign key may point left, never right."""

ROLES = ("rules", "blocks", "models", "permissions", "reads", "actions", "forms")
DOORS = ("tasks", "receivers", "views", "viewsets")


def find_sources() -> list[Path]:
    """Return every Python file of the four packages, migrations apart."""
    found = [path for name in PACKAGES for path in (ROOT / name).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def find_functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a file with its length in lines, decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def find_rooms() -> list[str]:
    """Return the dotted names of the rooms: sub-packages that hold a file with a known role."""
    rooms = []
    for name in PACKAGES:
        for folder in sorted((ROOT / name).iterdir()):
            roles = {path.stem for path in folder.glob("*")} & {*ROLES, *DOORS}
            if (folder / "__init__.py").exists() and roles and folder.name != "rest":
                rooms.append(f"{name}.{folder.name}")
    return rooms
