"""A wheel of the product and a Wagtail site of somebody else that installs it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import PACKAGES, ROOT

HOST = Path(__file__).parent / "host"


def run(*words: str, cwd: Path, **environment: str) -> str:
    """Run a program of this Python away from the checkout; return what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    for name in ("PYTHONPATH", "DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL", "EMAIL_URL"):
        clean.pop(name, None)
    outcome = subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if outcome.returncode:
        raise AssertionError(f"{' '.join(words)}\n{outcome.stdout[-6000:]}{outcome.stderr[-6000:]}")
    return outcome.stdout + outcome.stderr


def build_wheel(folder: Path) -> Path:
    """Build the wheel from a copy of the sources, so that the checkout stays clean."""
    source = folder / "source"
    source.mkdir()
    for name in (*PACKAGES, "demo", "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), ".", cwd=source)
    return next(folder.glob("*.whl"))


def install_wheel(wheel: Path, target: Path) -> Path:
    """Unpack the wheel as pip does, without its dependencies: those are installed here."""
    run("-m", "pip", "install", "--no-deps", "--no-index", "--disable-pip-version-check",
        "--quiet", "--target", str(target), str(wheel), cwd=wheel.parent)  # fmt: skip
    return target


def start_site(folder: Path) -> Path:
    """Make a site with ``wagtail start`` that has an own user model and an app ``courses``."""
    folder.mkdir()
    run("-m", "wagtail.bin.wagtail", "start", "mysite", str(folder), cwd=folder)
    for app in ("courses", "people"):
        package = folder / "mysite" / app
        package.mkdir()
        (package / "__init__.py").touch()
        shutil.copy(HOST / f"{app}_models.py.txt", package / "models.py")
    settings, urls = read_instructions()
    own = (HOST / "settings.py.txt").read_text(encoding="utf-8")
    append(folder / "mysite" / "settings" / "base.py", f"{settings}\n{own}")
    append(folder / "mysite" / "urls.py", urls)
    shutil.copy(HOST / "smoke.py.txt", folder / "smoke.py")
    return folder


def read_instructions() -> list[str]:
    """Return the lines that the README asks a site to add: to its settings, to its addresses."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def append(path: Path, text: str) -> None:
    """Write at the end of a file."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
