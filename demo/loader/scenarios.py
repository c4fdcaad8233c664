"""The company's role-plays, with their pictures in the library."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files import File
from wagtail.images import get_image_model

from demo.loader.files import FOLDER, read_json
from quizzes import api as quizzes_api

PLACE = FOLDER / "scenarios"


def load_scenarios(now: datetime) -> None:
    """Bring in every role-play; pictures beside the files are put into the library first."""
    for path in sorted(PLACE.glob("*.json")):
        document = read_json(f"scenarios/{path.name}")
        for node in document["graph"]["nodes"].values():
            if "image" in node:
                node["image"]["src"] = keep_picture(node["image"])
        quizzes_api.import_scenario(document=document, actor=None, now=now)


def keep_picture(entry: dict[str, Any]) -> str:
    """Put a picture into the library and return its address."""
    path = PLACE / entry["src"]
    title = path.stem.replace("-", " ")
    with path.open("rb") as stream:
        image = get_image_model()(title=title, description=entry["alt"][:255])
        image.file = File(stream, name=path.name)
        image.save()
    address: str = image.file.url
    return address
