"""The countdown, on a clock that the test holds."""

from tui.control.deadline import Deadline


def test_no_limit_never_ends() -> None:
    assert Deadline().remaining(100) is None
    assert Deadline().remaining(5) is None
    assert not Deadline().running(5).is_over(1e9)


def test_seconds_wait_for_the_start_and_then_run_out() -> None:
    waiting = Deadline(seconds=2.5)
    assert not waiting.is_over(100)
    running = waiting.running(100)
    assert running.remaining(101) == 1.5
    assert not running.is_over(102.4)
    assert running.is_over(102.5)
    assert running.remaining(200) == 0


def test_a_held_countdown_keeps_what_is_left() -> None:
    held = Deadline(at=110).held(104)
    assert held.remaining(1000) == 6
    assert not held.is_over(1000)
    assert held.running(1000).is_over(1006)


def test_moving_changes_what_is_left_in_every_state() -> None:
    assert Deadline(at=110).moved(10, 104).remaining(104) == 16
    assert Deadline(at=110).moved(-10, 104).is_over(104)
    assert Deadline(seconds=5).moved(10, 0).remaining(0) == 15
    assert Deadline(seconds=5).moved(-10, 0).remaining(0) == 0


def test_plus_sets_a_limit_where_there_was_none_and_minus_does_not() -> None:
    assert Deadline().moved(10, 100).remaining(100) == 10
    assert Deadline().moved(-10, 100).remaining(100) is None
