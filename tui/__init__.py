"""storyteam-tui: a team of agents writes a story live, and stop really means stop."""

from importlib.metadata import version

__version__ = version("storyteam-tui")
