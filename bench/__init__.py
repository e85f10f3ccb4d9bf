"""What the engine costs, measured against what it could cost: run by `make bench`."""
