"""Roles, and what each may do. Whatever a role isn't given here, it may not."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the shop."""

    STAFF = "staff"
    MANAGER = "manager"
    ANALYST = "analyst"
    INSTALLER = "installer"
    HEAD_OFFICE = "head-office"


class Right(StrEnum):
    """What a route asks for.

    see: zones, plans, weeks, scenes, why. calm: quiet hour, mute, scent off, setting off the
    emergency. choose: scenes and nudges, and ending what holds. tend: identify, test, refill.
    plan: schedules, drafts, reactions. scenes: writing and auditioning scenes. review: effects,
    plays, history. sales: importing receipts. devices: an edge's log, forgetting an edge.
    install: floor plans, integrations. people: accounts, tablets. chain: templates, who plans.
    """

    SEE = "see"
    CALM = "calm"
    CHOOSE = "choose"
    TEND = "tend"
    PLAN = "plan"
    SCENES = "scenes"
    REVIEW = "review"
    SALES = "sales"
    DEVICES = "devices"
    INSTALL = "install"
    PEOPLE = "people"
    CHAIN = "chain"


_EVERYBODY = frozenset({Right.SEE, Right.CALM})
_STAFF = _EVERYBODY | {Right.CHOOSE, Right.TEND}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.STAFF: _STAFF,
    Role.ANALYST: _EVERYBODY | {Right.REVIEW, Right.SALES},
    Role.INSTALLER: _STAFF | {Right.DEVICES, Right.INSTALL},
    Role.MANAGER: _STAFF
    | {
        Right.PLAN,
        Right.SCENES,
        Right.REVIEW,
        Right.SALES,
        Right.DEVICES,
        Right.INSTALL,
        Right.PEOPLE,
    },
    Role.HEAD_OFFICE: frozenset(Right),
}
"""What each role may do in its stores. The shared tablet, without a PIN, is staff."""
