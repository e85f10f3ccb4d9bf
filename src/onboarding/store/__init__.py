"""What we promised, as rows: the only place that knows SQLAlchemy."""
