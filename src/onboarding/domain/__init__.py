"""The words and rules of the house as values: pure, pydantic and the standard library only."""
