"""The schema's history, carried in the wheel."""
