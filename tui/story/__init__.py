"""The story between runs: going on with it, another version, editing, and exporting it."""
