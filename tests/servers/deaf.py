"""An address that never gets as far as a connection: the client waits in ``connect``."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def deaf_address() -> Iterator[str]:
    """Yields a base URL whose listener's queue is full, so that Linux drops further SYNs."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        for _ in range(4):
            queued = stack.enter_context(socket.socket())
            queued.setblocking(False)
            queued.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}/v1"
