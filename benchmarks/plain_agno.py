"""A team on plain Agno, cancelled the way Agno's own example does it, as a program of its own.

``python -m benchmarks.plain_agno TEAM`` prints a line when a tool was called and one when the run
has ended; a line on standard input cancels the first run id that was seen.
"""

import os
import sys
import threading
from pathlib import Path

os.environ["AGNO_TELEMETRY"] = "false"

from tui.config.settings import Settings
from tui.control.execution import Task
from tui.team.agno_setup import import_agno
from tui.team.prepare import prepare_team
from tui.team.user_team import load_team

PROMPT = "a cat"
STORY_TEAM = "-"


def main() -> None:
    import_agno(Path(os.devnull))
    settings = Settings(base_url=os.environ["OPENAI_BASE_URL"], api_key="sk-benchmark")
    spec = sys.argv[1]
    team = prepare_team(Task("", "", settings)).team if spec == STORY_TEAM else load_team(spec)
    seen: list[str] = []

    def work() -> None:
        for chunk in team.run(PROMPT, stream=True, stream_events=True):
            if not seen and (run_id := getattr(chunk, "run_id", None)):
                seen.append(run_id)
                print("running", flush=True)
        print("ended", flush=True)

    threading.Thread(target=work, daemon=True).start()
    sys.stdin.readline()
    if seen:
        team.cancel_run(seen[0])
    sys.stdin.readline()
    os._exit(0)


if __name__ == "__main__":
    main()
