"""How the tables came to their present shape; run by Alembic."""
