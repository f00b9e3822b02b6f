"""The pages, part by part; tests/browser sees them as a person does."""
