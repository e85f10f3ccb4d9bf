"""Policy, a person and a date become a Plan: pure, no I/O."""
