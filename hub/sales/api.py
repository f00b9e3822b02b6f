"""``POST /api/v1/sales/imports``."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import Annotated, BinaryIO, cast

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from hub.api.access import WhoDep, needs
from hub.api.errors import documented
from hub.money import UNKNOWN_CURRENCY
from hub.parts import HubPartsDep
from hub.people.errors import ForbiddenError
from hub.people.rights import Right
from hub.sales.desk import ImportDesk
from hub.sales.errors import ImportOptionsError
from hub.sales.options import ImportOptions, parse_columns, parse_time_zone
from hub.sales.report import ImportReport

router = APIRouter(prefix="/api/v1/sales", tags=["sales"])

_LONGEST_NAME = 200
LARGEST_BYTES = 2 * 1024**3
_IN_MEMORY_BYTES = 1024 * 1024
# What programs say of a CSV file when nobody tells them; the header line decides anyway.
_RAW_KINDS = {
    "",
    "text/csv",
    "text/plain",
    "application/csv",
    "application/octet-stream",
    "application/vnd.ms-excel",
    "application/x-www-form-urlencoded",
}

_EXAMPLE = """\
store,receipt,time,amount
nordic,1041,2026-10-21 16:52:00,79.00
nordic,1042,2026-10-21 17:10:00,249.00
"""
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": _EXAMPLE},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


class ImportQuery(BaseModel):
    """The options of an import, as query parameters."""

    model_config = ConfigDict(extra="forbid")

    columns: str = Field(
        default="",
        description="The file's own column names; several columns of one field are joined by +.",
        examples=["store=store_id,receipt=day+number,time=timestamp,amount=sales_value"],
    )
    store: str | None = Field(default=None, description="When the file has no store column.")
    delimiter: str | None = Field(default=None, description="Default: the one the header fits.")
    decimal: str = Field(default=".", description="Decimal mark, . or ,")
    encoding: str = Field(default="utf-8-sig", examples=["cp1252"])
    time_format: str | None = Field(default=None, examples=["%d.%m.%Y %H:%M"])
    time_zone: str | None = Field(
        default=None, description="Zone of times without offset. Default: each store's own."
    )
    add_stores: bool = Field(default=False, description="Make stores that nobody knows yet.")
    currency: str = Field(default=UNKNOWN_CURRENCY, description="The currency of added stores.")
    file_name: str = Field(
        default="",
        max_length=_LONGEST_NAME,
        description="Kept with the import. Default: the name that a form gives its file.",
    )

    def options(self) -> ImportOptions:
        """As the importer takes them; `ImportOptionsError`."""
        return ImportOptions(
            columns=parse_columns(self.columns),
            delimiter=self.delimiter,
            decimal=self.decimal,
            encoding=self.encoding,
            time_format=self.time_format,
            time_zone=parse_time_zone(self.time_zone) if self.time_zone else None,
            store=self.store,
            add_stores=self.add_stores,
            currency=self.currency,
            file_name=self.file_name,
        )


async def import_desk(request: Request, hub: HubPartsDep) -> ImportDesk:
    """The application's one desk; made at the first request, on the event loop."""
    state = request.app.state
    if not hasattr(state, "import_desk"):
        state.import_desk = ImportDesk(hub.engine, hub.now)
    desk: ImportDesk = state.import_desk
    return desk


@router.post(
    "/imports",
    openapi_extra=_BODY,
    responses=documented(409, 413, 415),
    dependencies=[Depends(needs(Right.SALES))],
)
async def import_file(
    request: Request,
    query: Annotated[ImportQuery, Query()],
    desk: Annotated[ImportDesk, Depends(import_desk)],
    who: WhoDep,
) -> ImportReport:
    """Take a till's CSV file: the request's body, or the part ``file`` of a form.

    Lines become receipts by store and number; a file may come as often as one likes. A bad row
    is reported with its line and reason, and the rest goes in. One import at a time (409).
    """
    options = replace(query.options(), only=who.stores)
    if options.add_stores and who.stores is not None:
        raise ForbiddenError("only head office adds stores")
    async with _file(request) as (source, name):
        if not options.file_name:
            options = replace(options, file_name=name)
        return await run_in_threadpool(desk.take, source, options)


@asynccontextmanager
async def _file(request: Request) -> AsyncIterator[tuple[BinaryIO, str]]:
    """The bytes, and the name that came with them."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=1, max_fields=1) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise ImportOptionsError("the form has no file in its part 'file'")
            # Some browsers gave the whole path; which directory it was is nobody's business.
            name = PurePath((part.filename or "").replace("\\", "/")).name
            yield part.file, name[:_LONGEST_NAME]
        return
    if kind not in _RAW_KINDS:
        raise HTTPException(415, f"a till's file is text/csv or a form's part, not {kind}")
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST_BYTES:
                limit = f"{LARGEST_BYTES // 1024**3} GiB"
                raise HTTPException(413, f"more than {limit}: use stemning sales import")
            spool.write(chunk)
        spool.seek(0)
        yield cast("BinaryIO", spool), ""
