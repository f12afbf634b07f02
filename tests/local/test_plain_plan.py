"""The plan for a model that writes well and cannot call tools."""

from tui.local.plain_plan import PlainPlan
from tui.story.continuing import continuation_prompt


def test_a_story_is_written_and_then_revised() -> None:
    plan = PlainPlan("a cat")
    assert plan.task([]).text == "a cat"
    assert plan.task(["Once."]).text.endswith("\n\nOnce.")
    assert [step.is_for_editor for step in plan.steps] == [False, True]
    assert plan.closing(["Once.", "Once more."]) == "Once more."


def test_what_goes_on_with_a_story_is_not_revised() -> None:
    prompt = continuation_prompt("a cat", "Once there was a", "", 1000)
    plan = PlainPlan(prompt)
    assert len(plan.steps) == 1
    assert plan.task([]).text == prompt
