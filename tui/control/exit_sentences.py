"""Why a worker ended by itself, as a sentence that says what to do."""

import signal

_CRASHED = "A library that a tool of the team uses crashed."
_CAUSES = {
    signal.SIGKILL: "Something outside killed it, or the machine ran out of memory.",
    signal.SIGSEGV: _CRASHED,
    signal.SIGBUS: _CRASHED,
    signal.SIGABRT: _CRASHED,
    signal.SIGTERM: "Something outside asked it to end.",
}
_UNKNOWN = "A tool of the team may have done that."
_WAY_OUT = "What was written is kept; run it again."


def explain_exit(code: int) -> str:
    """Return the sentence for a return code as ``subprocess`` gives it: minus a signal's number."""
    if code == 0:
        return f"The team's process ended without saying how the run went. {_UNKNOWN} {_WAY_OUT}"
    if code > 0:
        return f"The team's process ended by itself with exit code {code}. {_UNKNOWN} {_WAY_OUT}"
    try:
        number = signal.Signals(-code)
        name, cause = number.name, _CAUSES.get(number, _UNKNOWN)
    except ValueError:
        name, cause = f"signal {-code}", _UNKNOWN
    return f"The team's process was ended by {name}. {cause} {_WAY_OUT}"
