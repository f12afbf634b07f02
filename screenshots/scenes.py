"""Every state that the screen can be in, as the events that lead to it."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tui.run.events import (
    CancelRequested,
    DeadlineChanged,
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    MemberStopRequested,
    ModelRequested,
    Outcome,
    Paused,
    Preparing,
    Question,
    QuestionKind,
    ReasoningDelta,
    RunEnded,
    RunStarted,
    Speaker,
    TextDelta,
    ToolEnded,
    ToolStarted,
    UsageReported,
)
from tui.run.reasons import Reason

LEADER = Speaker("run", "Storytelling Team", is_leader=True)
TELLER = Speaker("m1", "StorytellerAgent")
EDITOR = Speaker("m2", "EditorAgent")
CROWD = tuple(
    Speaker(f"m{number}", name)
    for number, name in enumerate(
        (
            "StorytellerAgent",
            "EditorAgent",
            "WorldBuilderAgent",
            "The Dialogue Coach of the Northern Lighthouse Society",
            "FactChecker",
            "研究员 Researcher",
            "CriticAgent",
        )
    )
)
STORY = """\
The lamp had burned for ninety years without a keeper who feared it. Then came Ansel, who counted \
the hundred and four steps by touch, eyes shut, one hand on the cold rail, humming so that the \
dark would know he was still there.

“You could light it by day,” said the gull that lived on the gallery. “Nobody would mind.”

“The ships would,” said Ansel. He struck the match. For a moment there was only the small flame \
and, behind it, everything else. Then the great lens caught it, and the night stepped back one \
mile, as it did every evening, politely, like a guest who has been asked to wait outside.

He had never told anybody. A keeper who is afraid of the dark is a baker who is afraid of bread. \
But the book in which he wrote the weather had a second page for every day, and on it he wrote \
how long he had stood before the last step.
"""
EDITED = """\
Cut the second “politely”; keep the baker. The fear should come before the match, not after it, \
and the gull wants a reason of its own: perhaps it nests where the light is warm.
"""
PAGE = """\
# The Keeper Who Counted

## I. The hundred and four steps

Ansel counted them **by touch**, eyes shut, one hand on the cold rail, *humming* so that the dark \
would know he was still there.

> Nobody is afraid of the light. It is what the light leaves out.

In the book in which he wrote the weather he kept a list:

- what the gull had said,
- how long he had stood before the last step,
- `wind SW 6`, as always.

1. Strike the match.
2. Do **not** look behind you.

---
"""
RUN_ID = "3f0c2a9e-5d0b-4a53-9b1e-7c86f0a3d2b4"
MODEL = "gpt-5.2-mini"


@dataclass(frozen=True, slots=True)
class Scene:
    """A state, and the instant at which it is looked at, in seconds after the start."""

    events: list[Event] = field(default_factory=list)
    now: float = 0.0


def writes(
    speaker: Speaker, text: str, start: float, end: float, times: int = 1
) -> Iterator[TextDelta]:
    """The words of a text, coming in waves."""
    words = [word for _ in range(times) for word in text.split(" ")]
    for number, word in enumerate(words):
        part = number / len(words)
        wave = part + 0.03 * math.sin(part * 25)
        yield TextDelta(speaker, f"{word} ", start + (end - start) * min(max(wave, 0.0), 1.0))


def opening(limit: float | None = 90.0, *members: Speaker) -> list[Event]:
    """The leader is asked, thinks, and hands the work over."""
    events: list[Event] = [
        RunStarted(RUN_ID, MODEL, 0.0),
        DeadlineChanged(limit),
        ModelRequested(LEADER, 0.0),
        UsageReported(LEADER, 412, 48, cost_usd=0.0011),
    ]
    for number, member in enumerate(members or (TELLER,)):
        at = 1.2 + number / 10
        task = f"Write scene {number + 1}: a keeper who is afraid of the dark, in the first person"
        events += [
            DelegationStarted(f"d{number}", member.name, task, at, LEADER.name),
            MemberStarted(member, at),
            ModelRequested(member, at),
        ]
    return events


def told(until: float = 24.0, limit: float | None = 90.0) -> list[Event]:
    """The storyteller has written and the editor is at it."""
    return [
        *opening(limit),
        *writes(TELLER, STORY, 2.4, 17.0),
        UsageReported(TELLER, 960, 388, cost_usd=0.0042),
        MemberEnded(TELLER, Outcome.COMPLETED),
        DelegationEnded("d0", at=17.0),
        DelegationStarted("e", EDITOR.name, "Tighten it, and mind the gull", 17.5, LEADER.name),
        MemberStarted(EDITOR, 17.5),
        ModelRequested(EDITOR, 17.5),
        *writes(EDITOR, EDITED, 19.0, until),
    ]


def crowd() -> list[Event]:
    """Seven members, in seven states."""
    first, second, third, fourth, fifth, sixth, seventh = CROWD
    return [
        *opening(None, *CROWD),
        *writes(first, STORY, 2.4, 21.0),
        *writes(second, EDITED, 4.0, 12.0),
        UsageReported(second, 960, 88),
        MemberEnded(second, Outcome.COMPLETED),
        DelegationEnded("d1", at=12.0),
        *writes(third, EDITED, 3.0, 9.0, 2),
        MemberEnded(third, Outcome.INCOMPLETE, "The model stopped at its limit of tokens."),
        DelegationEnded("d2", at=9.0),
        *writes(fourth, EDITED, 9.0, 21.0),
        MemberEnded(fifth, Outcome.ERROR, "The model reported an error: overloaded."),
        DelegationEnded("d4", failed=True, at=5.0),
        ToolStarted("t1", sixth, "look_up", "place='Bell Rock', what='lighthouse'", 6.0),
        ToolEnded("t1", result="first lit in 1811, 35 m high", at=7.4),
        MemberEnded(seventh, Outcome.CANCELLED),
    ]


def asked(member: Speaker = TELLER) -> Event:
    """A member wants to know something."""
    return Paused(
        (Question("q", QuestionKind.CONFIRMATION, member.name, "publish(story='The Lamp')?"),), 12.0
    )


def cancelled(reason: Reason, at: float) -> list[Event]:
    """The cancel, and the end that follows it."""
    return [CancelRequested(reason, at), RunEnded(Outcome.CANCELLED, at + 0.043)]


def stopped() -> list[Event]:
    """The user has stopped the storyteller alone, and the editor is at it."""
    return [
        *opening(),
        *writes(TELLER, STORY[:420], 2.4, 9.0),
        MemberStopRequested(TELLER.name, 9.1),
        UsageReported(TELLER, 960, 96, estimated=True, cost_usd=0.0014),
        MemberEnded(TELLER, Outcome.CANCELLED, is_stopped=True),
        DelegationEnded("d0", at=9.1),
        DelegationStarted("e", EDITOR.name, "Tighten it, and mind the gull", 9.5, LEADER.name),
        MemberStarted(EDITOR, 9.5),
        ModelRequested(EDITOR, 9.5),
        *writes(EDITOR, EDITED, 10.0, 14.0),
    ]


TOOL = ToolStarted("t", TELLER, "look_up", "city='Rome', days=3", 3.0)
NO_SERVER = (
    "No model server answers at http://localhost:11434/v1. "
    "Check the address and that it runs, or give --local for the embedded model."
)
BAD_KEY = (
    "api.openai.com refused the API key from OPENAI_API_KEY (401). "
    "Check the key, or run without one by giving --local."
)
SCENES: dict[str, Callable[[], Scene]] = {
    "preparing": lambda: Scene([Preparing("Waking the team")], -1),
    "preparing-fraction": lambda: Scene([Preparing("Fetching the story model (94 MB)", 0.62)], -1),
    "waiting": lambda: Scene(opening(), 1.8),
    "waiting-long": lambda: Scene(opening(), 38.4),
    "thinking": lambda: Scene(
        [*opening(), ReasoningDelta(TELLER, "The gull needs a reason of its own. " * 4, 3.0)], 9.0
    ),
    "writing": lambda: Scene([*opening(), *writes(TELLER, STORY, 2.4, 14.0)], 14.3),
    "writing-two": lambda: Scene(
        [
            *opening(90.0, TELLER, EDITOR),
            *writes(TELLER, STORY, 2.4, 14.0),
            *writes(EDITOR, EDITED, 6.0, 14.0),
        ],
        14.3,
    ),
    "writing-seven": lambda: Scene(crowd(), 21.4),
    "stopping-one": lambda: Scene([*opening(), TOOL, MemberStopRequested(TELLER.name, 9.0)], 12.4),
    "stopped-one": lambda: Scene(stopped(), 14.2),
    "soon": lambda: Scene(told(24.0, 31.4), 24.2),
    "held": lambda: Scene([*told(), DeadlineChanged(None, held_seconds=66.0)], 24.2),
    "page": lambda: Scene([*opening(), *writes(TELLER, PAGE, 2.4, 9.0)], 9.3),
    "stalled": lambda: Scene([*opening(), *writes(TELLER, STORY, 2.4, 14.0)], 31.0),
    "tool-running": lambda: Scene([*opening(), TOOL], 9.1),
    "tool-failed": lambda: Scene(
        [
            *opening(),
            TOOL,
            ToolEnded("t", result="12 °C, rain from the west", at=4.2),
            ToolStarted("u", TELLER, "fetch", "url='https://example.org/tides'", 4.4),
            ToolEnded("u", failed=True, result="the server did not answer in time", at=9.4),
            *writes(TELLER, STORY, 9.8, 14.0),
        ],
        14.3,
    ),
    "paused": lambda: Scene([*opening(), *writes(TELLER, STORY, 2.4, 12.0), asked()], 16.0),
    "cancelling": lambda: Scene([*told(), CancelRequested(Reason.USER, 24.1)], 24.2),
    "results-completed": lambda: Scene(
        [
            *told(),
            UsageReported(EDITOR, 1310, 74, cost_usd=0.0024),
            MemberEnded(EDITOR, Outcome.COMPLETED),
            DelegationEnded("e", at=24.0),
            *writes(LEADER, STORY, 24.6, 31.0),
            RunEnded(Outcome.COMPLETED, 31.2),
        ],
        31.2,
    ),
    "results-cancelled": lambda: Scene([*told(), *cancelled(Reason.USER, 24.1)], 24.2),
    "results-countdown": lambda: Scene([*told(24.0, 24.0), *cancelled(Reason.COUNTDOWN, 24.0)], 25),
    "results-stopped-one": lambda: Scene(
        [
            *stopped(),
            MemberEnded(EDITOR, Outcome.COMPLETED),
            DelegationEnded("e", at=14.0),
            *writes(LEADER, STORY[:420], 14.6, 19.0),
            RunEnded(Outcome.COMPLETED, 19.2),
        ],
        19.2,
    ),
    "results-late": lambda: Scene(
        [*told(), CancelRequested(Reason.USER, 12.0), RunEnded(Outcome.COMPLETED, 24.2)], 24.2
    ),
    "results-seven": lambda: Scene([*crowd(), *cancelled(Reason.USER, 21.4)], 21.5),
    "results-error": lambda: Scene(
        [*told(), RunEnded(Outcome.ERROR, 24.2, NO_SERVER.replace("answers", "answers any more"))],
        24.2,
    ),
    "results-incomplete": lambda: Scene(
        [*told(), RunEnded(Outcome.INCOMPLETE, 24.2, "The model stopped at its limit of tokens.")],
        24.2,
    ),
    "error-no-server": lambda: Scene(
        [*opening(), RunEnded(Outcome.ERROR, 1.9, NO_SERVER, ("Nothing was sent twice.",))], 2.0
    ),
    "error-bad-key": lambda: Scene([RunEnded(Outcome.ERROR, 0.0, BAD_KEY)], 0.0),
    "cancelled-early": lambda: Scene([*opening(), *cancelled(Reason.USER, 1.3)], 1.4),
}
