"""The rules of a repair depot. Knows no HTTP and no JSON; start reading at ``procedure.py``."""
