"""What an import did, as REST gives it and the command prints it."""

from __future__ import annotations

from pydantic import BaseModel, Field

SHOWN_BAD_ROWS = 20


class BadRow(BaseModel):
    """A row that was left out."""

    line: int = Field(description="Line of the file, the header being 1.")
    reason: str


class StoreTotal(BaseModel):
    """What the file's good rows say about one store."""

    receipts: int
    total: str = Field(description="Exact decimal number.", examples=["4596.04"])
    currency: str


class ImportReport(BaseModel):
    """One import. Every row of the file is a line of a receipt or a bad row."""

    import_id: int
    file_name: str
    rows: int = Field(description="Rows read, without the header.")
    lines: int = Field(description="Rows that became lines of receipts.")
    bad_rows: int = Field(description="Rows that were left out.")
    receipts: int = Field(description="Receipts in the file.")
    receipts_new: int
    receipts_unchanged: int = Field(description="Already there, the same in every line.")
    receipts_superseded: int = Field(description="Already there, but different: a new revision.")
    stores_added: list[str]
    stores: dict[str, StoreTotal]
    first_bad_rows: list[BadRow] = Field(description=f"At most {SHOWN_BAD_ROWS}, in file order.")
