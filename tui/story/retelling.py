"""Make a saved passage the state of a run that has ended, so that the screen can show it."""

from tui.history import Passage
from tui.run.events import (
    CancelRequested,
    MemberEnded,
    MemberStarted,
    Outcome,
    RunEnded,
    RunStarted,
    Speaker,
    StructuredOutput,
    TextDelta,
    UsageReported,
)
from tui.run.reasons import Reason
from tui.run.state import RunState


def retell(passage: Passage, story_id: str) -> RunState:
    """Return the state with which this passage ended. Its instants begin at zero."""
    state = RunState(passage.run_id, passage.model, story_id)
    state.apply(RunStarted(passage.run_id, passage.model, 0.0))
    first_at = passage.first_text_seconds or 0.0
    for number, section in enumerate(passage.sections):
        # A section is a turn: a run id of its own keeps it apart from the next one.
        speaker = Speaker(f"{passage.run_id}-{number}", section.speaker, section.is_leader)
        if not section.is_leader:
            state.apply(MemberStarted(speaker, first_at))
        tell = StructuredOutput if section.is_data else TextDelta
        state.apply(tell(speaker, section.text, first_at))
        if not section.is_leader and passage.outcome is Outcome.COMPLETED:
            state.apply(MemberEnded(speaker, Outcome.COMPLETED))
    for attached in passage.attachments:
        state.apply(attached)
    usage = passage.usage
    leader = Speaker(passage.run_id, "leader", is_leader=True)
    if usage.total_tokens:
        speaker = state.sections[-1].speaker if state.sections else leader
        state.apply(
            UsageReported(
                speaker,
                usage.input_tokens,
                usage.output_tokens,
                usage.estimated,
                passage.cost_usd,
            )
        )
    ended_at = passage.elapsed_seconds or 0.0
    if passage.reason in list(Reason):
        asked_at = ended_at - (passage.cancel_seconds or 0.0)
        state.apply(CancelRequested(Reason(passage.reason), asked_at))
    state.apply(RunEnded(passage.outcome or Outcome.CANCELLED, ended_at, passage.error))
    # Which word came when is not on the disk: better no pace than a wrong one.
    state.words_by_second = []
    return state
