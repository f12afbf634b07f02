"""A team whose tools must be approved in a database, by a user who may."""

import time
from typing import Any

from agno.agent import Agent
from agno.approval import approval
from agno.db.in_memory import InMemoryDb
from agno.run.base import RunStatus
from agno.team import Team
from agno.tools import tool

from tests.teams.models import chat

paid: list[str] = []
"""To whom it was paid."""


class ApprovalDb(InMemoryDb):
    """Keeps approvals as Agno's SQL databases do."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.records: dict[str, dict[str, Any]] = {}

    def create_approval(self, approval_data: dict[str, Any]) -> dict[str, Any]:
        self.records[approval_data["id"]] = dict(approval_data)
        return approval_data

    def get_approval(self, approval_id: str) -> dict[str, Any] | None:
        return self.records.get(approval_id)

    def get_approvals(self, **wanted: Any) -> tuple[list[dict[str, Any]], int]:  # type: ignore[override]
        found = [r for r in self.records.values() if r["run_id"] == wanted.get("run_id")]
        return found, len(found)

    def update_approval(
        self, approval_id: str, expected_status: str | None = None, **kwargs: Any
    ) -> dict[str, Any] | None:
        record = self.records.get(approval_id)
        if record is None or expected_status not in (None, record["status"]):
            return None
        record.update(kwargs)
        return record

    def update_approval_run_status(self, run_id: str, run_status: RunStatus) -> int:
        return 0

    def decide_all(self, status: str) -> None:
        """Decide as another user does."""
        for record in self.records.values():
            record["status"] = status

    def expire_all(self) -> None:
        for record in self.records.values():
            record["expires_at"] = int(time.time()) - 10


db = ApprovalDb()
"""The database of the team that was made last."""


@approval  # type: ignore[call-overload]
@tool
def pay(whom: str) -> str:
    """Pay a person."""
    paid.append(whom)
    return f"{whom} is paid"


@approval  # type: ignore[call-overload]
@tool(requires_user_input=True, user_input_fields=["account"])
def book(account: str) -> str:
    """Book on an account."""
    paid.append(account)
    return f"booked on {account}"


def make_team() -> Team:
    global db
    db = ApprovalDb()
    paid.clear()
    clerk = Agent(name="Clerk", role="pays", model=chat(), tools=[pay, book])
    return Team(name="Office", model=chat(), members=[clerk], db=db)


def leader_pays() -> Team:
    team = make_team()
    team.tools, team.members = [pay, book], [Agent(name="Idle", model=chat())]
    return team


def without_records() -> Team:
    """Its database keeps no approvals."""
    team = make_team()
    team.db = InMemoryDb()  # type: ignore[no-untyped-call]
    return team
