"""Who may do what: accounts and their roles, sessions, the PIN on the shared tablet."""
