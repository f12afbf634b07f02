"""The text between runs: going on with it, what is a draft of it, and saving it."""
