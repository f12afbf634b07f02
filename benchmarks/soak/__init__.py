"""The real command for hours, in hostile hands, before a hostile model, on a hostile machine."""
