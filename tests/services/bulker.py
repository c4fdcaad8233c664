"""A worker on actions on many: ``python -m tests.services.bulker [STOP]``.

With STOP it stops in the middle of that batch, with everything of it written and nothing
committed, says so, and waits there to be killed.
"""

import sys

import django


def main() -> None:
    """Go on with what waits, in small batches."""
    django.setup()
    from certification.casework.actions import bulk
    from certification.casework.tasks import continue_bulk_actions

    bulk.BATCH = 20
    stop_in = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    refresh = bulk.refresh_people
    batches = 0

    def refresh_and_stop(**options):
        nonlocal batches
        batches += 1
        done = refresh(**options)
        if batches == stop_in:
            print("in the middle", flush=True)
            sys.stdin.readline()
        return done

    bulk.refresh_people = refresh_and_stop
    print("ready", flush=True)
    continue_bulk_actions()
    print(batches)


if __name__ == "__main__":
    main()
