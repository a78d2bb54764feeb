"""How the tables came to be: numbered by hand, one after the other, run by ``models/migrate.py``."""
