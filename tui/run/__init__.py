"""What a run is: its events, its state, how it ended, and the lines that it travels as."""
