"""What the REST interface says and hears of people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hub.api.line import Line
from hub.api.models import Slug
from hub.people.names import LONGEST_NAME, LONGEST_USERNAME
from hub.people.rights import Right, Role

Name = Annotated[Line, Field(min_length=1, max_length=LONGEST_NAME, examples=["Kim Larsen"])]
Username = Annotated[Line, Field(min_length=1, max_length=LONGEST_USERNAME, examples=["kim"])]
Password = Annotated[str, Field(max_length=200, examples=["nine green lamps"])]
Pin = Annotated[str, Field(pattern=r"^([0-9]{4,8})?$", examples=["4071"])]
Stores = Annotated[
    list[Slug] | None,
    Field(
        max_length=500, description="Ids of stores; null for all of them.", examples=[["nordic"]]
    ),
]


class AccountView(BaseModel):
    """A person. Of password and PIN nothing can be read."""

    account: int = Field(examples=[7])
    username: str
    name: str
    role: Role
    stores: list[str] | None
    active: bool
    has_pin: bool
    created_at: datetime
    tag: str = Field(description="Its ETag.", examples=['"account-7-1"'])


class NewPerson(BaseModel):
    """An account that shall be made; with a password, a PIN for a shop's tablet, or both."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "username": "kim",
                    "name": "Kim Larsen",
                    "role": "manager",
                    "stores": ["nordic"],
                    "password": "nine green lamps",
                    "pin": "4071",
                }
            ]
        },
    )

    username: Username
    name: Name
    role: Role
    stores: Stores
    password: Password = ""
    pin: Pin = ""


class PersonChange(BaseModel):
    """What shall be otherwise; what isn't said stays. ``active`` false lets nobody in by it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Kim Lund"}]}
    )

    name: Name | None = None
    role: Role | None = None
    stores: Stores = None
    all_stores: bool = Field(default=False, description="All stores, those to come too.")
    active: bool | None = None


class NewPin(BaseModel):
    """Another PIN; empty takes it away."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"pin": "4071"}]})

    pin: Pin


class MyPin(NewPin):
    """Another PIN for oneself; whoever came in by PIN says the one until ``now``."""

    now: str = Field(default="", max_length=16)


class NewPassword(BaseModel):
    """Another password."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"password": "ten amber lamps"}]}
    )

    password: Password


class Me(BaseModel):
    """Whoever asks. ``csrf`` is what a browser's own requests carry in X-CSRF-Token."""

    kind: Literal["person", "tablet", "nobody"]
    account: int | None
    username: str
    name: str
    role: Role | None
    stores: list[str] | None
    rights: list[Right]
    language: str | None
    theme: Literal["light", "dark"] | None
    until: datetime | None = Field(description="When a person by PIN has to come in again.")
    csrf: str


class MyChange(BaseModel):
    """What somebody chooses for themselves; empty goes by the browser."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"theme": "dark"}]})

    language: Literal["", "en", "sv", "nb", "ru"] | None = None
    theme: Literal["", "light", "dark"] | None = None


class MyPassword(NewPassword):
    """Another password for oneself, with the one until now."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"now": "nine green lamps", "password": "ten amber lamps"}]
        },
    )

    now: Password


class SignIn(BaseModel):
    """A username and its password, for an access key by the name of what will use it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"username": "kim", "password": "nine green lamps", "name": "laptop"}]
        },
    )

    username: Username
    password: Password
    name: Name = "a terminal"


class NewKey(BaseModel):
    """What an access key is for."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "monitoring"}]}
    )

    name: Name


class MadeKey(BaseModel):
    """An access key. It is in this answer alone."""

    key: str
    name: str


class OpenView(BaseModel):
    """A tablet or an access key that is let in."""

    id: str
    name: str
    store: str | None
    account: str | None = Field(description="Whose key it is, by username.")
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class PinAlarmView(BaseModel):
    """Somebody tried to guess PINs on a tablet until it locked."""

    at: datetime
    store: str
    tablet: str
    name: str = Field(description="As whom.")
    wrong: int = Field(description="How many tries were wrong.")
    until: datetime = Field(description="When the lock ends, or was ended.")


class Ended(BaseModel):
    """How many were signed out."""

    ended: int
