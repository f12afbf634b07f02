"""Approvals that Agno keeps in a database: what a human decides here is written there first.

A tool that is marked with ``@approval`` goes on only when its record says so. Others may decide
on the record as well, in AgentOS for one: the first decision counts.
"""

import time
from collections.abc import Iterator, Sequence
from inspect import isawaitable
from typing import Any
from uuid import uuid4

from agno.models.response import ToolExecution
from agno.run.requirement import RunRequirement

_PENDING, _APPROVED, _REJECTED, _EXPIRED = "pending", "approved", "rejected", "expired"


class Approvals:
    """The records of one pause, in whichever of the team's databases they are."""

    def __init__(
        self, tools: Sequence[ToolExecution], databases: Sequence[Any], decided_by: str | None
    ) -> None:
        self._tools = tools
        """The run's own copies of the calls, which Agno looks at besides the requirements'."""
        self._databases = databases
        self._decided_by = decided_by

    async def decided_elsewhere(self, requirements: Sequence[RunRequirement]) -> dict[str, str]:
        """Return what others have decided, by id of the requirement."""
        found: dict[str, str] = {}
        for requirement in requirements:
            _, record = await self._find(requirement)
            if record and (status := _status(record)) != _PENDING:
                found[requirement.id] = status
        return found

    async def decide(self, requirements: Sequence[RunRequirement]) -> None:
        """Write down what was decided here; a call that no database knows needs no record."""
        used: dict[str, str] = {}
        for requirement in requirements:
            database, record = await self._find(requirement)
            tool = requirement.tool_execution
            if record is None or tool is None:
                for copy in self._copies(requirement):
                    copy.approval_type = None
                continue
            status = _REJECTED if tool.confirmed is False else _APPROVED
            if _status(record) == _EXPIRED:
                status = _EXPIRED
            number = str(record["id"])
            if used.setdefault(number, status) != status:
                # One record may stand for several calls, and these were not decided alike.
                number = await self._split(database, record, requirement)
            facts = {
                "status": status,
                "resolved_by": self._decided_by,
                "resolved_at": int(time.time()),
                "resolution_data": _resolution(requirement),
            }
            await _value(database.update_approval(number, expected_status=_PENDING, **facts))

    async def _split(
        self, database: Any, record: dict[str, Any], requirement: RunRequirement
    ) -> str:
        """Give a call a record of its own."""
        number = str(uuid4())
        own = {"id": number, "status": _PENDING, "requirements": [requirement.to_dict()]}
        await _value(database.create_approval(record | own))
        for copy in self._copies(requirement):
            copy.approval_id = number
        return number

    async def _find(self, requirement: RunRequirement) -> tuple[Any, dict[str, Any] | None]:
        """Return a requirement's record, and the database that holds it."""
        number = getattr(requirement.tool_execution, "approval_id", None)
        for database in self._databases if number else ():
            try:
                record = await _value(database.get_approval(number))
            except Exception:  # noqa: S112 - a database that keeps none, or is not there
                continue
            if record:
                return database, record
        return None, None

    def _copies(self, requirement: RunRequirement) -> Iterator[ToolExecution]:
        if tool := requirement.tool_execution:
            yield tool
            yield from (t for t in self._tools if t.tool_call_id == tool.tool_call_id)


def needs_approval(requirement: RunRequirement) -> bool:
    """Say whether a database has to know what was decided."""
    return getattr(requirement.tool_execution, "approval_type", None) == "required"


def _status(record: dict[str, Any]) -> str:
    status = str(record.get("status") or _PENDING)
    expires_at = record.get("expires_at")
    is_late = status == _PENDING and expires_at and time.time() > expires_at
    return _EXPIRED if is_late else status


def _resolution(requirement: RunRequirement) -> dict[str, Any] | None:
    tool = requirement.tool_execution
    if tool is None or tool.confirmed is False:
        return None
    if requirement.external_execution_result is not None:
        return {"result": requirement.external_execution_result}
    values = {field.name: field.value for field in requirement.user_input_schema or ()}
    return {"values": values} if values else None


async def _value(found: Any) -> Any:
    """Return what a database says, which may have to be waited for."""
    return await found if isawaitable(found) else found
