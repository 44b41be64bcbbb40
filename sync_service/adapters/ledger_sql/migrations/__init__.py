"""Migrations of the database; none ever rebuilds the table ``events``."""
