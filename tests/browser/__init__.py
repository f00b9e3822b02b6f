"""The pages as a person meets them: real Chromium, real hub, real broker."""
