"""Make runs: a request, a worker, a clean seam, and the history that records it."""

import threading
from uuid import uuid4

from tui.config.backend import EMBEDDED
from tui.config.settings import Settings
from tui.config.which_model import writing_model
from tui.control.controller import Controller
from tui.control.execution import Preparation, Task
from tui.control.local_model import LocalModel
from tui.control.worker_run import WorkerPool, WorkerRun
from tui.history import History
from tui.local.address import EngineAddress
from tui.run.events import Event, RunEnded
from tui.run.incoming import Incoming
from tui.run.protocol import Publish, RunRequest
from tui.story.continuing import continuation_prompt
from tui.story.seam import seamless

WARM_UP_SECONDS = 0.5
"""How long after a run the next worker is started: the results are painted first."""


class RunBuilder:
    """Makes one run after another with the same settings, engine, workers and history."""

    def __init__(self, settings: Settings, history: History, pool: WorkerPool) -> None:
        self._settings = settings
        self._history = history
        self._local_model: LocalModel | None = None
        self._pool = pool

    def use(self, settings: Settings) -> None:
        """Use other settings for the runs that are made from now on; one that lives goes on."""
        self._settings = settings
        self._pool.use(settings)

    def make_run(self, request: RunRequest, publish: Publish) -> Controller:
        """Return a run that is recorded as it goes; the caller starts it."""
        settings = self._settings
        run_id, is_exact = str(uuid4()), settings.backend.continues_exactly
        model = writing_model(settings).label
        recorder = self._history.record(
            request.prompt,
            model=model,
            run_id=run_id,
            story_id=request.story_id,
            direction=request.direction or None,
            after=request.after,
            note=request.note,
        )

        def record_and_publish(event: Event) -> None:
            recorder.put(event)
            publish(event)
            if isinstance(event, RunEnded):
                self._warm_up_soon()

        prompt = continuation_prompt(
            request.prompt,
            request.story_so_far,
            request.direction,
            settings.context_characters,
            request.note,
        )

        def prepare(preparation: Preparation) -> Task:
            return Task(run_id, prompt, settings, self._start_engine(settings, preparation))

        return Controller(
            run_id,
            prepare,
            WorkerRun(self._pool),
            Incoming(seamless(prompt, record_and_publish, is_exact=is_exact)).publish,
            model=model,
            story_id=recorder.story_id,
            limits=settings.limits,
        )

    def _start_engine(self, settings: Settings, preparation: Preparation) -> EngineAddress | None:
        """Start the engine if a model inside the program is to write; end that of another one."""
        if self._local_model and not self._local_model.is_for(settings):
            self._local_model.close()
            self._local_model = None
        if settings.backend is not EMBEDDED:
            return None
        self._local_model = self._local_model or LocalModel(settings)
        return self._local_model.start(preparation)

    def _warm_up_soon(self) -> None:
        if self._pool.is_for_screen:
            timer = threading.Timer(WARM_UP_SECONDS, self._pool.warm)
            timer.daemon = True
            timer.start()

    def close(self) -> None:
        """Stop the engine, and let the history finish writing."""
        if self._local_model:
            self._local_model.close()
        self._history.close()
