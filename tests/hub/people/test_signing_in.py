"""Passwords, PINs and sessions: what lets in, for how long, and what guessing leads to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from hub.audit import Search, find
from hub.people.accounts import Account, NewAccount, Wish
from hub.people.door import Shown
from hub.people.errors import (
    BusyError,
    LastHeadOfficeError,
    LockedError,
    TooManyKeysError,
    WeakSecretError,
    WelcomeOverError,
    WrongSecretError,
)
from hub.people.good_secrets import check_password, check_pin
from hub.people.hashing import WAITING, WORKERS, Hasher
from hub.people.people import People, make_people
from hub.people.rights import Role
from hub.people.sessions import MOST_KEYS, Kind, Opening, Session, id_of
from hub.people.tries import address_key
from hub.people.who import NOBODY, Who
from tests.hub.shops import FakeClock

PASSWORD, PIN, STORE = "nine green lamps", "4071", "nordic"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For who guesses a hundred times; `test_only_so_many_hashes_wait` takes what a shop takes."""
HERE = "192.0.2.7"


@pytest.fixture
def people(engine: Engine, clock: FakeClock) -> People:
    return made_again(engine, clock)


def made_again(engine: Engine, clock: FakeClock) -> People:
    """As after a restart."""
    return make_people(engine, clock, clock.monotonic, hasher=Hasher(argon2=QUICK))


def add(people: People, username: str, role: Role = Role.MANAGER) -> Account:
    new = NewAccount(
        username=username,
        name=username.title(),
        role=role,
        stores=None if role is Role.HEAD_OFFICE else frozenset({STORE}),
        password_hash=people.hasher.hash(PASSWORD),
        pin_hash=people.hasher.hash(PIN),
    )
    return people.accounts.create(new, "a test")


def a_tablet(people: People, name: str = "Till") -> Session:
    opening = Opening(kind=Kind.TABLET, store=STORE, name=name)
    session = people.sessions.find(people.sessions.open(opening))
    assert session is not None
    return session


def refused(error: type[Exception], call: Callable[[], object]) -> None:
    with pytest.raises(error):
        call()


def test_a_password_lets_in_whatever_its_capitals_of_the_username(people: People) -> None:
    kim = add(people, "Kim")
    account, token = people.signing_in.by_password(" kIM ", PASSWORD, HERE)
    assert account.id == kim.id
    who = people.door.who(Shown(session=token))
    assert (who.name, who.role, who.stores) == ("Kim", Role.MANAGER, frozenset({STORE}))
    assert who.csrf
    refused(WrongSecretError, lambda: people.signing_in.by_password("kim", "another one", HERE))
    refused(WrongSecretError, lambda: people.signing_in.by_password("max", PASSWORD, HERE))


class Counting(PasswordHasher):
    """Counts how often it is asked."""

    asked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.asked += 1
        return super().verify(hash, password)


def test_a_name_that_nobody_has_takes_a_hash_like_any_other(
    engine: Engine, clock: FakeClock
) -> None:
    counting = Counting(time_cost=1, memory_cost=8, parallelism=1)
    people = make_people(engine, clock, clock.monotonic, hasher=Hasher(argon2=counting))
    kim = add(people, "kim")
    people.accounts.change(kim.id, Wish(active=False), NOBODY)
    pin_alone = NewAccount(username="robin", name="R", role=Role.STAFF, stores=frozenset({STORE}))
    people.accounts.create(pin_alone, "a test")
    for asked, username in enumerate(("nobody", "kim", "robin"), start=1):
        with pytest.raises(WrongSecretError, match="don't belong together"):
            people.signing_in.by_password(username, "", HERE)
        assert counting.asked == asked
    tablet = a_tablet(people)
    for asked, number in enumerate((kim.id, 999), start=4):
        with pytest.raises(WrongSecretError, match="this PIN is not right"):
            people.signing_in.by_pin(tablet, number, PIN)
        assert counting.asked == asked


def test_guessing_a_password_locks_longer_each_time_and_over_restarts(
    engine: Engine, clock: FakeClock, people: People
) -> None:
    add(people, "kim")

    def guess() -> None:
        people.signing_in.by_password("kim", "guessed it?", HERE)

    for _ in range(5):
        refused(WrongSecretError, guess)
    for minutes in (1, 5):
        signing_in = made_again(engine, clock).signing_in
        with pytest.raises(LockedError):
            signing_in.by_password("kim", PASSWORD, "192.0.2.8")
        clock.forward(minutes=minutes, seconds=-5)
        refused(LockedError, guess)
        clock.forward(seconds=10)
        for _ in range(5):
            refused(WrongSecretError, guess)
    clock.forward(minutes=16)
    assert people.signing_in.by_password("kim", PASSWORD, HERE)


def test_guessing_a_pin_is_stopped_and_told_to_managers(
    engine: Engine, clock: FakeClock, people: People
) -> None:
    kim, tablet = add(people, "kim"), a_tablet(people)
    for _ in range(4):
        refused(WrongSecretError, lambda: people.signing_in.by_pin(tablet, kim.id, "9182"))
    refused(LockedError, lambda: people.signing_in.by_pin(tablet, kim.id, "9183"))
    again = made_again(engine, clock)
    refused(LockedError, lambda: again.signing_in.by_pin(tablet, kim.id, PIN))
    (alarm,) = again.alarms.unseen()
    assert (alarm.store, alarm.tablet, alarm.name) == (STORE, "Till", "Kim")
    with engine.connect() as connection:
        (told,) = find(connection, Search(action="pin.locked"), 5)
    assert told.change.store == STORE
    # Another tablet, where Kim stands, still lets Kim in.
    assert people.signing_in.by_pin(a_tablet(people, "Office"), kim.id, PIN)
    manager = Who(kind="person", name="Kim", username="kim", stores=frozenset({STORE}))
    assert people.alarms.unseen(Who(kind="person", stores=frozenset({"mall"}))) == []
    assert people.alarms.seen(manager, alarm.id) == 1
    assert people.alarms.unseen() == []
    clock.forward(minutes=16)
    assert again.signing_in.by_pin(tablet, kim.id, PIN)


def test_neighbours_of_one_ipv6_address_are_one_to_the_limit() -> None:
    assert address_key("2001:db8:1:2::1") == address_key("2001:db8:1:2:ffff::9")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key("::ffff:192.0.2.7") == address_key("192.0.2.7")
    assert address_key("192.0.2.7") != address_key("192.0.2.8")
    assert address_key("") == "address:"


def test_a_hundred_guesses_at_once_are_no_more_than_five(people: People) -> None:
    add(people, "kim")

    def guess(number: int) -> type[Exception]:
        with pytest.raises(Exception, match=r".") as error:
            people.signing_in.by_password("kim", f"guess {number}", HERE)
        return error.type

    with ThreadPoolExecutor(30) as crowd:
        said = list(crowd.map(guess, range(100)))
    assert said.count(WrongSecretError) <= 5
    assert set(said) <= {WrongSecretError, LockedError, BusyError}


def test_only_so_many_hashes_wait() -> None:
    hasher = Hasher()

    def hash_one(_number: int) -> bool:
        try:
            hasher.hash(PASSWORD)
        except BusyError:
            return False
        return True

    with ThreadPoolExecutor(40) as crowd:
        done = sum(crowd.map(hash_one, range(40)))
    assert WORKERS + WAITING <= done < 40


class Meanwhile(PasswordHasher):
    """After each secret that it verified something happens before anybody hears of it."""

    then: Callable[[], object] = staticmethod(lambda: None)

    def verify(self, *args: Any, **more: Any) -> Literal[True]:
        right = super().verify(*args, **more)
        self.then()
        return right


def test_a_secret_that_is_another_one_by_now_lets_nobody_in(
    engine: Engine, clock: FakeClock
) -> None:
    meanwhile = Meanwhile(time_cost=1, memory_cost=8, parallelism=1)
    people = make_people(engine, clock, clock.monotonic, hasher=Hasher(argon2=meanwhile))
    kim, tablet = add(people, "kim"), a_tablet(people)
    head_office = Who(kind="person", name="Boss", role=Role.HEAD_OFFICE, stores=None)
    meanwhile.then = lambda: people.office.new_password(head_office, kim.id, "ten blue lamps")
    for kind in (Kind.PERSON, Kind.KEY):
        come_in = partial(people.signing_in.by_password, "kim", PASSWORD, HERE, kind=kind)
        refused(WrongSecretError, come_in)
        people.accounts.change(kim.id, Wish(password_hash=people.hasher.hash(PASSWORD)), NOBODY)
    meanwhile.then = lambda: people.office.new_pin(head_office, kim.id, "8264")
    refused(WrongSecretError, lambda: people.signing_in.by_pin(tablet, kim.id, PIN))
    assert people.sessions.of(Kind.PERSON, Kind.KEY, Kind.PIN) == []
    meanwhile.then = lambda: people.accounts.change(kim.id, Wish(language="sv"), NOBODY)
    assert people.signing_in.by_pin(tablet, kim.id, "8264")


def test_an_account_has_only_so_many_keys(people: People) -> None:
    kim = add(people, "kim")
    add(people, "robin")
    tokens = [
        people.sessions.open(Opening(kind=Kind.KEY, account=kim.id)) for _key in range(MOST_KEYS)
    ]

    def by_password(username: str) -> object:
        return people.signing_in.by_password(username, PASSWORD, HERE, kind=Kind.KEY)

    who = people.door.who(Shown(key=tokens[0]))
    refused(TooManyKeysError, lambda: people.office.make_key(who, "one more"))
    refused(TooManyKeysError, lambda: by_password("kim"))
    assert len(people.sessions.of(Kind.KEY)) == MOST_KEYS
    # Nobody else minds, nor does a browser.
    assert by_password("robin")
    assert people.signing_in.by_password("kim", PASSWORD, HERE)
    people.office.end_key(who, id_of(tokens[1]))
    assert people.office.make_key(who, "one more")


def test_a_pin_opens_its_own_tablet_for_five_minutes_of_use(
    clock: FakeClock, people: People
) -> None:
    kim = add(people, "kim")
    token = people.sessions.open(Opening(kind=Kind.TABLET, store=STORE, name="Till"))
    tablet = people.sessions.find(token)
    assert tablet is not None
    _account, pin = people.signing_in.by_pin(tablet, kim.id, PIN)
    assert people.door.who(Shown(session=pin)) == NOBODY
    both = Shown(session=pin, tablet=token)
    for _ in range(3):
        clock.forward(minutes=4)
        who = people.door.who(both)
        assert who.by_pin
        assert (who.name, who.csrf) == ("Kim", tablet.csrf)
    clock.forward(minutes=5, seconds=1)
    who = people.door.who(both)
    assert (who.kind, who.role, who.csrf) == ("tablet", Role.STAFF, tablet.csrf)


def test_a_session_ends_when_idle_and_a_tablet_does_not(clock: FakeClock, people: People) -> None:
    kim = add(people, "kim")
    person = Shown(session=people.sessions.open(Opening(kind=Kind.PERSON, account=kim.id)))
    tablet = Shown(tablet=people.sessions.open(Opening(kind=Kind.TABLET, store=STORE)))
    for _ in range(20):
        clock.forward(hours=11)
        assert people.door.who(person).name == "Kim"
    clock.forward(hours=13)
    assert people.door.who(person) == NOBODY
    for _ in range(3):
        clock.forward(days=300)
        assert people.door.who(tablet).kind == "tablet"
    clock.forward(days=401)
    assert people.door.who(tablet) == NOBODY


def test_who_is_let_go_is_out_at_once(people: People) -> None:
    add(people, "boss", Role.HEAD_OFFICE)
    kim = add(people, "kim")
    key = Shown(key=people.sessions.open(Opening(kind=Kind.KEY, account=kim.id)))
    assert people.door.who(key).name == "Kim"
    people.accounts.change(kim.id, Wish(role=Role.ANALYST), NOBODY)
    assert people.door.who(key).role is Role.ANALYST
    people.accounts.change(kim.id, Wish(active=False), NOBODY)
    assert people.door.who(key) == NOBODY


def test_somebody_stays_at_head_office(people: People) -> None:
    boss = add(people, "boss", Role.HEAD_OFFICE)
    # By a PIN alone nobody of them could make another one.
    new = NewAccount(username="robin", name="Robin", role=Role.HEAD_OFFICE, stores=None)
    robin = people.accounts.create(replace(new, pin_hash=people.hasher.hash(PIN)), "a test")
    for wish in (Wish(active=False), Wish(role=Role.STAFF)):
        with pytest.raises(LastHeadOfficeError):
            people.accounts.change(boss.id, wish, NOBODY)
    assert people.accounts.get(boss.id).active
    people.accounts.change(robin.id, Wish(password_hash=people.hasher.hash(PASSWORD)), NOBODY)
    assert not people.accounts.change(boss.id, Wish(active=False), NOBODY).active


def test_the_first_account_needs_the_code_of_the_log(
    people: People, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    def code() -> str:
        return caplog.records[-1].getMessage().split()[-1]

    def wrong_code() -> None:
        people.welcome.create("AAAA-AAAA", "kim", "Kim", PASSWORD)

    people.welcome.announce()
    first = code()
    for minutes in (1, 5, 15):
        for _ in range(4):
            refused(WrongSecretError, wrong_code)
        with pytest.raises(
            LockedError, match=f"is in the log; try again in {minutes} minute"
        ) as told:
            wrong_code()
        assert told.value.retry_after_s == 60 * minutes
        assert code() != first
        refused(LockedError, lambda: people.welcome.create(code(), "kim", "Kim", PASSWORD))
        clock.forward(minutes=minutes, seconds=1)
    assert people.welcome.create(code(), "kim", "Kim", PASSWORD).role is Role.HEAD_OFFICE


def test_a_right_code_is_no_try_when_nobody_hashed_the_password(
    engine: Engine, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    busy = make_people(engine, clock, clock.monotonic, hasher=Hasher(workers=0, waiting=0))
    busy.welcome.announce()
    code = caplog.records[-1].getMessage().split()[-1]
    for _ in range(6):
        refused(BusyError, lambda: busy.welcome.create(code, "kim", "Kim", PASSWORD))


def test_the_first_account_is_of_head_office_and_the_only_one_made_so(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    people.welcome.announce()
    code = caplog.records[-1].getMessage().split()[-1]
    with pytest.raises(WeakSecretError):
        people.welcome.create(code, "kim", "Kim", "password123")
    made = people.welcome.create(code.lower().replace("-", " "), "kim", "Kim", PASSWORD)
    assert (made.role, made.stores) == (Role.HEAD_OFFICE, None)
    with pytest.raises(WelcomeOverError):
        people.welcome.create(code, "max", "Max", PASSWORD)


@pytest.mark.parametrize("pin", ["0000", "1234", "87654321", "1212", "123", "123456789", "12a4"])
def test_a_pin_that_is_guessed_first_is_refused(pin: str) -> None:
    with pytest.raises(WeakSecretError):
        check_pin(pin)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "1234567890", "kim-larsen-99"])
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakSecretError):
        check_password(password, "kim-larsen")
