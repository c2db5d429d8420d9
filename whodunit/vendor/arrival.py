"""Sends a probe of each signal to a backend, and tells in plain words what became of it."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from whodunit.launcher.kept_backend import KeptBackend
from whodunit.vendor.probes import PROBES, Probe

WITHIN_S = 10.0
PROTOBUF = "application/x-protobuf"
MOST_WORDS = 200
"""So many characters of an unexpected answer are told."""

GUIDE = "docs/vendors.md has the addresses and headers of some backends."


@dataclass(frozen=True)
class Trouble:
    """The reason why a signal was not taken, and what to do next."""

    what: str
    hint: str


def check(backend: KeptBackend) -> dict[str, Trouble | None]:
    """Of each signal, why the backend does not take it, or None when it does; a connection is tried until one fails."""
    found: dict[str, Trouble | None] = {}
    with httpx.Client(headers=dict(backend.headers), timeout=WITHIN_S) as http:
        for signal, probe in PROBES.items():
            url = backend.endpoint(signal)
            try:
                found[signal] = _sent(http, url, probe)
            except httpx.HTTPError as error:
                found[signal] = _unreached(url, error)
                if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                    return dict.fromkeys(PROBES, found[signal]) | found
    return found


def _sent(http: httpx.Client, url: str, probe: Probe) -> Trouble | None:
    body = probe.request().SerializeToString()
    answer = http.post(url, content=body, headers={"Content-Type": PROTOBUF})
    return _taken_in_part(answer, probe) if answer.is_success else _refused(url, answer)


def _unreached(url: str, error: httpx.HTTPError) -> Trouble:
    place = urlsplit(url).netloc
    return (
        next(filter(None, (_of_network(place, each) for each in _causes(error))), None)
        or _of_protocol(place, error)
        or Trouble(f"{place} cannot be reached: {error or type(error).__name__}.", "Check the address.")
    )


def _of_network(place: str, cause: BaseException) -> Trouble | None:
    match cause:
        case socket.gaierror():
            return Trouble(
                f"No machine is known by the name in {place}.", "Check its spelling, and this machine's DNS."
            )
        case ConnectionRefusedError():
            return Trouble(f"Nothing listens at {place}.", "Is it started? OTLP over HTTP usually has port 4318.")
        case ssl.SSLCertVerificationError():
            return Trouble(
                f"The certificate of {place} is not trusted: {cause.verify_message}.",
                "Let it have one of a public authority, or go through a Collector of yours (docs/vendors.md).",
            )
        case ssl.SSLError():
            return Trouble(f"{place} does not speak TLS.", "Name it with http:// instead of https://.")
    return None


def _of_protocol(place: str, error: httpx.HTTPError) -> Trouble | None:
    if isinstance(error, httpx.TimeoutException):
        return Trouble(f"No answer from {place} within {WITHIN_S:.0f} s.", "Check the address, and firewalls between.")
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return Trouble(
            f"{place} does not answer in HTTP/1.1.",
            "It may be OTLP's port for gRPC, usually 4317, or want https://. Name the one for HTTP, usually 4318.",
        )
    return None


def _refused(url: str, answer: httpx.Response) -> Trouble:
    status = answer.status_code
    if status in {401, 403}:
        return Trouble(f"It refuses the headers ({status}).", f"Give its key as --header NAME=VALUE: {GUIDE}")
    if status in {404, 405}:
        return Trouble(f"There is no OTLP receiver at {url} ({status}).", f"Name what stands before /v1/…: {GUIDE}")
    if status == 429:
        return Trouble("It takes no more for now (429).", "Look at its quota, and try again later.")
    if answer.is_redirect:
        return Trouble(f"It sends on to {answer.headers.get('location')} ({status}).", "Name that address.")
    words = " ".join(answer.text.split())[:MOST_WORDS]
    return Trouble(f"It answers {status}: {words or answer.reason_phrase}", "Its documentation may say why.")


def _taken_in_part(answer: httpx.Response, probe: Probe) -> Trouble | None:
    """The reason in the standard's answer; an answer in another form counts as taken."""
    if not answer.headers.get("content-type", "").startswith(PROTOBUF):
        return None
    try:
        reason = probe.refusal(answer.content)
    except DecodeError:
        return None
    return Trouble(f"It has not kept it: {reason}.", "Its documentation may say why.") if reason else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__
