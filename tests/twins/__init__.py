"""Tests of the outside parts and how they are had."""
