"""What it costs: each module here is a program that measures one promise."""
