"""Registration and login.

Addresses, passwords and tokens stay out of every log line: a user is named by id, or not at all.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from opentelemetry import trace

from kit.errors import InternalError, Unauthorized
from services.user.credentials import Credentials
from services.user.passwords import Fingerprint, Passwords, TooBusyError, check_rules
from services.user.peer import PeerError, PeerTimeoutError
from services.user.schemas import Login, NewUser, Session, TokenSet, User
from services.user.telemetry import Attempt, Logins
from services.user.tokens import NotGrantedError, UnreachableError

logger = logging.getLogger("shop.user")


class CredentialStore(Protocol):
    """Keeps who has an account."""

    async def add(self, email: str, name: str, password_hash: str) -> int:
        """Store somebody; raises `Conflict` when the address is taken, `PeerError`."""
        ...

    async def find(self, email: str, password_prefix: str) -> Credentials | None:
        """The credentials kept for an address, and breached passwords that begin alike; raises `PeerError`."""
        ...


class TokenService(Protocol):
    """Issues tokens."""

    async def issue(self, user_id: int) -> TokenSet:
        """Tokens for a user; raises `NotGrantedError`, `UnreachableError`, `PeerError`."""
        ...


class Users:
    """The people of the shop."""

    def __init__(
        self,
        store: CredentialStore,
        tokens: Callable[[], TokenService],
        passwords: Callable[[], Passwords],
        logins: Logins,
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._passwords = passwords
        self._logins = logins
        self._tracer = trace.get_tracer("shop.user")

    async def register(self, new: NewUser) -> User:
        """Open an account; raises `Invalid` for a password against the rules, `Conflict`, `InternalError`."""
        password = new.password.get_secret_value()
        check_rules(password, new.email)
        try:
            password_hash = await self._passwords().hash(password)
            user_id = await self._store.add(new.email, new.name, password_hash)
        except (PeerError, TooBusyError) as error:
            raise _failure("User registration failed.", error) from error
        return User(user_id=user_id, name=new.name)

    async def log_in(self, login: Login) -> Session:
        """Check a password and begin a session, with tokens if any; raises `Unauthorized`, `InternalError`."""
        with self._logins.measured() as attempt:
            password = login.password.get_secret_value()
            fingerprint = Fingerprint.of(password)
            credentials = await self._find(login.email, fingerprint.prefix)
            user = await self._check(password, credentials)
            _warn_if_breached(user, fingerprint)
            tokens = await self._issue(user.user_id, attempt)
        return Session(user_id=user.user_id, name=user.name, tokens=tokens)

    async def _find(self, email: str, password_prefix: str) -> Credentials | None:
        try:
            return await self._store.find(email, password_prefix)
        except PeerTimeoutError as error:
            failure = _failure("Database query timed out while validating user credentials.", error)
            logger.info("User login failed due to timeout during database query.")
            raise failure from error
        except PeerError as error:
            raise _failure("User login failed because credentials could not be read.", error) from error

    async def _check(self, password: str, credentials: Credentials | None) -> Credentials:
        try:
            matches = await self._matches(password, credentials.password_hash if credentials else None)
        except TooBusyError as error:
            raise _failure("User login failed because its password could not be checked in time.", error) from error
        if credentials is None or not matches:
            raise Unauthorized("The e-mail address or the password is wrong.")
        return credentials

    async def _matches(self, password: str, password_hash: str | None) -> bool:
        with self._tracer.start_as_current_span("verify password"):
            return await self._passwords().matches(password, password_hash)

    async def _issue(self, user_id: int, attempt: Attempt) -> TokenSet | None:
        """None if none are granted, or token is out of reach: the session alone is enough to look around."""
        tokens = None
        try:
            tokens = await self._tokens().issue(user_id)
            attempt.tokens = "issued"
        except (NotGrantedError, UnreachableError) as error:
            attempt.tokens = "not_granted" if isinstance(error, NotGrantedError) else "unreachable"
            why = {"shop.user.id": user_id, "exception.message": str(error)}
            logger.warning("A session begins without tokens.", extra=why)
        except PeerError as error:
            raise _failure("User login failed because no token was issued.", error) from error
        return tokens


def _warn_if_breached(user: Credentials, fingerprint: Fingerprint) -> None:
    """For customer care, who ask the customer for another password."""
    if fingerprint.suffix in user.breached_suffixes:
        logger.warning("A password is known from a data breach.", extra={"shop.user.id": user.user_id})


def _failure(message: str, error: PeerError | TooBusyError) -> InternalError:
    """Says what happened in the log, and no more than that something went wrong to whoever asked."""
    logger.error(message, extra={"exception.message": str(error)})
    return InternalError("Something went wrong.")
