"""Resolving, planning, moments, user names and explaining: pure, so tested as tables and properties."""
