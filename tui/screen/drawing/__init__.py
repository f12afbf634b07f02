"""Frames on their way to the terminal: only the cells that changed are written."""
