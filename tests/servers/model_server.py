"""The server: a thread with a loop of its own, and a log that tests read."""

import asyncio
import json
import secrets
import threading
import time
from types import TracebackType
from typing import Self, TypeVar

from tests.servers.chat_api import ChatDialect
from tests.servers.dialect import Dialect
from tests.servers.faults import FaultKind
from tests.servers.incoming import Ask, Json, read_ask
from tests.servers.log import Log, Record
from tests.servers.models_api import MODELS_ASK, ModelsDialect
from tests.servers.performance import Performance
from tests.servers.responses_api import ResponsesDialect
from tests.servers.script import Position, Script
from tests.servers.spoil import spoil
from tests.servers.wire import Connection, HttpRequest, RefusedError

T = TypeVar("T")

APIS = {"/responses": "responses", "/chat/completions": "chat"}
DIALECTS: dict[str, type[Dialect]] = {
    "responses": ResponsesDialect,
    "chat": ChatDialect,
    "models": ModelsDialect,
}
STOP_SECONDS = 5.0


class ModelServer(Log):
    """A model on 127.0.0.1: ``with ModelServer(script) as server: server.base_url``.

    ``script`` may be exchanged between two requests.
    """

    def __init__(self, script: Script | None = None, port: int = 0) -> None:
        super().__init__()
        self.script = script or Script()
        self.port = port
        self.errors: list[Exception] = []
        """What went wrong in the server itself."""
        self._asks: dict[str, Ask] = {}
        self._connections: dict[Connection, list[Record]] = {}
        self._playing: dict[int, Performance] = {}
        self._run_id = secrets.token_hex(12)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="model-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(STOP_SECONDS):
            raise RuntimeError("the model server did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if self.errors and not error:
            raise self.errors[0]

    def stop(self) -> None:
        """Ends every answer and connection, and the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(STOP_SECONDS)
        if self._thread.is_alive():
            raise RuntimeError("the model server did not stop")

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    def wait_until_quiet(self, timeout: float = 30.0) -> None:
        """Returns when no answer is being given and no connection is open."""
        self.wait_for(lambda: not self._connections and not self.streams_open, timeout)

    def release(self, position: str | None = None) -> None:
        """Lets the answers go on that are held back now (at a position)."""
        self._loop.call_soon_threadsafe(self._release, position)

    def _release(self, position: str | None) -> None:
        for performance in self._playing.values():
            if performance.record.stalled_at and position in (None, performance.record.position):
                performance.released.set()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        server = await self._loop.create_server(self._connection, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopped.wait()
        server.close()
        connections = list(self._connections)
        for connection in connections:
            connection.task.cancel()
            connection.transport.abort()
        await asyncio.gather(*(each.task for each in connections), return_exceptions=True)

    def _connection(self) -> Connection:
        return Connection(self._handle, self._opened, self._lost, self.errors.append)

    def _opened(self, connection: Connection) -> None:
        self._connections[connection] = []
        self.changed()

    def _lost(self, connection: Connection) -> None:
        for record in self._connections.pop(connection, []):
            record.connection_closed_at = connection.lost_at
            if record.open and not self._stopped.is_set():
                record.client_closed_at = connection.lost_at
        self.changed()

    async def _handle(self, connection: Connection, request: HttpRequest) -> None:
        requested_at = time.monotonic()
        try:
            ask, body = self._read(request)
        except RefusedError as error:
            await connection.write(error.answer())
            return
        position = self.script.position(ask) if ask.api != "models" else Position.MODELS
        attempt = self.attempts(position) + 1
        fault = self.script.fault_for(position, attempt)
        number = len(self.records) + 1
        record = Record(
            number, ask.api, position, attempt, body, request.headers, fault, requested_at
        )
        self.records.append(record)
        self._connections[connection].append(record)
        self.changed()
        await self._answer(connection, record, ask)

    async def _answer(self, connection: Connection, record: Record, ask: Ask) -> None:
        turn = spoil(self.script.turn(ask, record.position), record.fault, ask.prompt)
        record.calls = turn.calls
        usage = record.fault is None or record.fault.kind is not FaultKind.NO_USAGE
        answer_id = f"{self._run_id}{record.number:08x}"
        self._asks[f"resp_{answer_id}"] = ask
        dialect = DIALECTS[ask.api](ask, turn, answer_id, usage=usage)
        delay = self.script.delay_seconds
        performance = Performance(connection, record, dialect, delay, self.changed)
        self._playing[record.number] = performance
        try:
            await performance.run()
        finally:
            del self._playing[record.number]
            record.finished_at = time.monotonic()
            self.changed()

    def _read(self, request: HttpRequest) -> tuple[Ask, Json]:
        if request.method == "GET" and request.path.endswith("/models"):
            return MODELS_ASK, {}
        api = next((api for path, api in APIS.items() if request.path.endswith(path)), None)
        if api is None:
            raise RefusedError(404, "Not Found", f"Unknown path {request.path}.", "not_found")
        if request.method != "POST":
            raise RefusedError(
                405, "Method Not Allowed", "Only POST is allowed here.", "bad_method"
            )
        try:
            body: Json = json.loads(request.body)
            return read_ask(body, api, self._asks), body
        except ValueError as error:
            raise RefusedError(400, "Bad Request", f"Not JSON: {error}", "invalid_json") from error
        except KeyError as error:
            message = f"Previous response with id {error} not found."
            raise RefusedError(
                400, "Bad Request", message, "previous_response_not_found"
            ) from error
