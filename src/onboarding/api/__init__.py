"""The pages a manager reads, and the same as JSON beside them."""
