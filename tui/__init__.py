"""storyteam-tui: a team of agents writes a story live, and stop really means stop."""
