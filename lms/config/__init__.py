"""The project shell: settings, URLs, Celery. It may import everything; nothing imports it."""
