"""The command line: `python -m remigrate` and the program `remigrate`."""

import signal
import sys

from ._native import run


def main() -> int:
    """Runs the command line and returns its exit status."""
    # While the library works, Python would not get to see an interrupt.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run(["remigrate", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
