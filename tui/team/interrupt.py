"""One cancel for every await of a run: whatever is waiting is woken, at once and only once."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Interrupted(Exception):  # noqa: N818 - not an error, a request that was obeyed
    """The run was asked to stop while this was waiting, or before it began to."""


class Interrupt:
    """Interrupts the tasks that are inside one of its scopes, on whichever loop they run.

    ``set`` may be called from any thread. A task in a scope is cancelled the way
    ``asyncio.timeout`` does it, so a pending socket read unwinds from the socket up, which closes
    the connection; closing the generator from outside does not.
    """

    def __init__(self) -> None:
        self.is_set = False
        self._change = threading.Lock()
        """Guards what follows: no task may begin to wait unseen while the others are woken."""
        self._depths: dict[asyncio.Task[object], int] = {}
        """How many scopes each waiting task is in: a model may call another one."""
        self._woken: set[asyncio.Task[object]] = set()

    def set(self) -> None:
        """Interrupt everything that waits now, and whatever would begin to wait later."""
        with self._change:
            self.is_set = True
            tasks = self._depths.keys() - self._woken
            self._woken |= tasks
        for task in tasks:
            loop = task.get_loop()
            if _running_loop() is loop:
                task.cancel()
            else:
                loop.call_soon_threadsafe(self._wake, task)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Let the body be interrupted.

        Raises:
            Interrupted: when ``set`` was called before the body ended.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a scope needs a running task")
        with self._change:
            if self.is_set:
                raise Interrupted
            self._depths[task] = self._depths.get(task, 0) + 1
        try:
            yield
        except BaseException as error:
            if self._was_woken(task) and isinstance(error, asyncio.CancelledError | Exception):
                raise Interrupted from None
            raise
        finally:
            self._leave(task)
        if self._was_woken(task):
            raise Interrupted

    def _wake(self, task: asyncio.Task[object]) -> None:
        """Cancel a task, on its own loop, unless it has left its scope meanwhile."""
        if task in self._woken:
            task.cancel()

    def _leave(self, task: asyncio.Task[object]) -> None:
        with self._change:
            self._depths[task] -= 1
            if not self._depths[task]:
                del self._depths[task]

    def _was_woken(self, task: asyncio.Task[object]) -> bool:
        with self._change:
            if task not in self._woken:
                return False
            self._woken.discard(task)
        # Somebody else may have cancelled the task too: then theirs must still get through.
        return task.uncancel() == 0


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
