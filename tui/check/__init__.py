"""``storyteam-tui check``: does your own team stop, in every phase of a run?"""
