"""The live story pane."""
