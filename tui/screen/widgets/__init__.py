"""The parts of the screen: each shows a piece of the run's state and changes nothing."""
