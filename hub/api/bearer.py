"""The token of an integration, as a route asks for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.parts import HubPartsDep
from hub.triggers.integrations import Integration

_bearer = HTTPBearer(
    scheme_name="integration",
    description="The token that the hub gave when the integration was made.",
    auto_error=False,
)


def _caller(
    request: Request,
    hub: HubPartsDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Integration:
    address = request.client.host if request.client else ""
    return hub.integrations.caller(credentials.credentials if credentials else "", address)


Caller = Annotated[Integration, Depends(_caller)]
"""Who asks; a route that has it documents 401 and 429 (many wrong tokens from one address)."""
