"""The pages about people: signing in, the PIN on a shared tablet, accounts, oneself."""
