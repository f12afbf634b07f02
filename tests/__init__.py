"""The test suite of storyteam-tui."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout."""
TEAMS = ROOT / "tests" / "teams"
