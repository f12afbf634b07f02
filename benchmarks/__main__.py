"""All benchmarks in turn, each as a process of its own: `python -m benchmarks [--quick]`.

Ends with an error only when one of them crashes; a missed target is a number like any other.
"""

import argparse
import subprocess
import sys

NAMES = ("pane", "transport", "terminal", "cancel", "memory", "writer")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short look at each")
    more = ["--quick"] if parser.parse_args().quick else []
    crashed = [name for name in NAMES if _run(name, more)]
    if crashed:
        print(f"Crashed: {', '.join(crashed)}", file=sys.stderr)
    return 1 if crashed else 0


def _run(name: str, more: list[str]) -> int:
    print(f"\n{name}\n", flush=True)
    return subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *more], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
