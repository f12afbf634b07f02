"""The app in a browser: textual-serve's page and protocol, one process of the program per tab."""
