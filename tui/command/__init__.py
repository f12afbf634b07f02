"""The command line: options, sub-commands, completion, and what they print."""
