"""``stemning plan``: what plays and why, and the way from a draft to what plays."""
