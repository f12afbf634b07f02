"""The documents, and the tables in them that are made from the code."""
