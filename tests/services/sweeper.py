"""A sweep as a process: ``python -m tests.services.sweeper ISO`` prints how much it did."""

import sys
from datetime import datetime

import django


def main() -> None:
    """Sweep in small batches, so that several of these meet."""
    django.setup()
    from certification.awards.actions.sweep import Swept, sweep_standings

    # Whoever started it waits for this line, so that several begin together.
    print("ready", flush=True)
    sys.stdin.readline()
    done = Swept()
    sweep_standings(done, now=datetime.fromisoformat(sys.argv[1]), batch=20)
    print(done.rows, done.changed)


if __name__ == "__main__":
    main()
