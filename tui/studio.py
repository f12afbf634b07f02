"""Where runs are made: a request, a fresh team, a clean seam, and a history that keeps it all."""

from tui.agents.prepare import TeamMaker
from tui.config.settings import Settings
from tui.events import Event
from tui.history import History
from tui.incoming import Incoming
from tui.run import Publish, RunRequest
from tui.running.runner import StoryRun
from tui.story.continuing import continuation_prompt
from tui.story.seam import seamless


class Studio:
    """Makes one run after the other with the same settings, engine and history."""

    def __init__(self, settings: Settings, history: History) -> None:
        self._settings = settings
        self._history = history
        self._team_maker = TeamMaker(settings)

    def make_run(self, request: RunRequest, publish: Publish) -> StoryRun:
        """Return a run that is recorded while it lives; the caller starts it."""
        settings = self._settings
        recorder = self._history.record(
            request.prompt,
            model=settings.model_label,
            story_id=request.story_id,
            direction=request.direction or None,
        )

        def hand_on(event: Event) -> None:
            recorder.put(event)
            publish(event)

        prompt = request.prompt
        if request.story_so_far:
            prompt = continuation_prompt(
                prompt, request.story_so_far, request.direction, settings.tail
            )
        return StoryRun(
            prompt,
            self._team_maker,
            Incoming(seamless(prompt, hand_on, is_exact=settings.is_local)).publish,
            model=settings.model_label,
            story_id=recorder.story_id,
            auto_cancel=settings.auto_cancel,
            max_words=settings.max_words,
            max_cost=settings.max_cost,
        )

    def close(self) -> None:
        """Stop the engine, and let the history finish what it has."""
        self._team_maker.close()
        self._history.close()
