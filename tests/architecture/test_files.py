"""Files and functions stay small, and their names say what they hold."""

import ast
import importlib
import inspect

from tests.architecture.sources import PACKAGES, ROOT, find_functions, find_sources

FORBIDDEN = {"utils", "util", "helpers", "common", "misc", "services", "managers"}


def test_no_file_is_longer_than_four_hundred_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in find_sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_no_function_is_longer_than_sixty_lines():
    long = [
        f"{path.relative_to(ROOT)}:{name} has {lines} lines"
        for path in find_sources()
        for name, lines in find_functions(path)
        if lines > 60
    ]
    assert not long


def test_no_file_or_folder_is_a_drawer_for_everything():
    drawers = [
        str(path.relative_to(ROOT))
        for path in find_sources()
        if FORBIDDEN & {path.stem, *path.relative_to(ROOT).parts}
    ]
    assert not drawers


def test_api_is_a_short_list_of_names():
    for name in ("lms", "quizzes", "courses"):
        text = (ROOT / name / "api.py").read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60, name
        for node in ast.parse(text).body:
            assert isinstance(node, ast.Expr | ast.ImportFrom), f"{name}.api holds more than names"
            if isinstance(node, ast.ImportFrom):
                assert all(alias.name != "*" for alias in node.names), name
                assert all(alias.asname == alias.name for alias in node.names), name


def test_root_models_and_tasks_hold_nothing_of_their_own():
    for name in PACKAGES:
        for file in ("models.py", "tasks.py"):
            path = ROOT / name / file
            if path.exists():
                body = ast.parse(path.read_text(encoding="utf-8")).body
                kinds = {type(node) for node in body}
                assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.Assign}, str(path)


def test_actions_that_other_apps_call_take_their_arguments_by_name():
    loose = []
    for name in ("lms", "quizzes", "courses"):
        api = importlib.import_module(f"{name}.api")
        for label, value in vars(api).items():
            if inspect.isfunction(value) and ".actions" in value.__module__:
                kinds = {item.kind for item in inspect.signature(value).parameters.values()}
                if kinds - {inspect.Parameter.KEYWORD_ONLY}:
                    loose.append(f"{name}.api.{label}")
    assert not loose


def test_nothing_reads_the_machine_it_was_built_on():
    marks = ("/" + "work/", "/" + "tmp/")
    told = [
        f"{path.relative_to(ROOT)} names {mark}"
        for path in find_sources()
        for mark in marks
        if mark in path.read_text(encoding="utf-8")
    ]
    assert not told
