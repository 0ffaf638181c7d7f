"""The two clients behind one face, so that each test is of both."""

from __future__ import annotations

import asyncio
from operator import attrgetter
from typing import Any, Protocol

from attnrl import AsyncClient, Client, Event, JobEvent


class Caller(Protocol):
    """Calls methods of a client by name."""

    def call(self, name: str, /, *args: Any, **options: Any) -> Any:
        """Returns a method's result."""

    def events(self, *args: Any, stop_after: int | None = None, **options: Any) -> list[Event]:
        """Reads a stream, closing it after so many events."""

    def job_events(self, *args: Any, stop_after: int | None = None, **options: Any) -> list[JobEvent]:
        """Watches a job, closing the stream after so many events."""


class Blocking:
    def __init__(self, target: str, **settings: Any) -> None:
        self.target, self.settings = target, settings

    def call(self, name: str, /, *args: Any, **options: Any) -> Any:
        with Client(self.target, **self.settings) as client:
            return attrgetter(name)(client)(*args, **options)

    def events(self, *args: Any, stop_after: int | None = None, **options: Any) -> list[Event]:
        events: list[Event] = []
        with Client(self.target, **self.settings) as client, client.stream(*args, **options) as stream:
            for event in stream:
                events.append(event)
                if len(events) == stop_after:
                    stream.close()
        return events

    def job_events(self, *args: Any, stop_after: int | None = None, **options: Any) -> list[JobEvent]:
        events: list[JobEvent] = []
        with Client(self.target, **self.settings) as client, client.jobs.watch(*args, **options) as stream:
            for event in stream:
                events.append(event)
                if len(events) == stop_after:
                    stream.close()
        return events


class Async:
    def __init__(self, target: str, **settings: Any) -> None:
        self.target, self.settings = target, settings

    def call(self, name: str, /, *args: Any, **options: Any) -> Any:
        async def run() -> Any:
            async with AsyncClient(self.target, **self.settings) as client:
                return await attrgetter(name)(client)(*args, **options)

        return asyncio.run(run())

    def events(self, *args: Any, stop_after: int | None = None, **options: Any) -> list[Event]:
        async def run() -> list[Event]:
            events: list[Event] = []
            async with (
                AsyncClient(self.target, **self.settings) as client,
                client.stream(*args, **options) as stream,
            ):
                async for event in stream:
                    events.append(event)
                    if len(events) == stop_after:
                        stream.close()
            return events

        return asyncio.run(run())

    def job_events(self, *args: Any, stop_after: int | None = None, **options: Any) -> list[JobEvent]:
        async def run() -> list[JobEvent]:
            events: list[JobEvent] = []
            async with (
                AsyncClient(self.target, **self.settings) as client,
                client.jobs.watch(*args, **options) as stream,
            ):
                async for event in stream:
                    events.append(event)
                    if len(events) == stop_after:
                        stream.close()
            return events

        return asyncio.run(run())
