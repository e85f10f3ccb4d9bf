"""Active Directory against a real domain controller."""
