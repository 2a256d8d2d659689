"""A client of a web application in this process; what the application begins and ends with is done too."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
from anyio.from_thread import start_blocking_portal


class Client:
    """Asks an application that runs in a thread's event loop."""

    def __init__(self, portal: Any, inner: httpx.AsyncClient) -> None:
        self._portal, self._inner = portal, inner

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self._asked("GET", path, options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self._asked("POST", path, options)

    def _asked(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        async def ask() -> httpx.Response:
            return await self._inner.request(method, path, **options)

        answer: httpx.Response = self._portal.call(ask)
        return answer


@contextmanager
def client(guard: Any, app: Any) -> Iterator[Client]:
    """A client of an application behind its guard."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        stack.enter_context(portal.wrap_async_context_manager(app.router.lifespan_context(app)))
        inner = httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://testserver")
        try:
            yield Client(portal, inner)
        finally:
            portal.call(inner.aclose)
