"""Active Directory, met over LDAPS: accounts, their groups and their place in the tree."""
