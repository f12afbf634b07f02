"""The test suite of storyteam-tui."""
