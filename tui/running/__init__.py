"""A run on a thread of its own: its deadline, its limits, and the one function that cancels it."""
