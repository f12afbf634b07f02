"""The exit codes of the command. Plain numbers: the first module of the command reads them."""

SUCCEEDED = 0
FAILED = 1
USAGE = 2
"""The command line, the environment or a file asked for something impossible."""
LIMIT_REACHED = 124
"""As ``timeout`` has it."""
STOPPED = 130
"""As a shell says it of a command that ctrl+c ended."""
READER_GONE = 141
"""As a shell says it of a command whose output is not read any more."""
