"""A form's input: fields, their complaints, and the address to go to next."""

from typing import TypeVar
from urllib.parse import urlsplit

from fastapi import Request, status
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)

MAX_FIELDS = 20


async def fields(request: Request) -> dict[str, str]:
    """The text fields of a posted form."""
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def check(model: type[M], values: dict[str, str]) -> tuple[M | None, dict[str, str]]:
    """The form as a `model`, or the names of its wrong fields with a sentence for each."""
    try:
        return model.model_validate(values), {}
    except ValidationError as error:
        wrong = {str(each["loc"][0]): each["msg"] for each in error.errors()}
        return None, {name: _SENTENCES.get(name, message) for name, message in wrong.items()}


_SENTENCES = {
    "email": "Please give an e-mail address such as name@example.com.",
    "password": "A password has 8 to 128 characters.",
    "name": "Please give a name of at most 100 characters.",
    "card_number": "This is not a card number. It has 16 digits.",
}


def local(path: str | None, default: str = "/") -> str:
    """`path` if it leads to a page of this shop, else `default`: nobody is sent elsewhere after a login."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return default
    parts = urlsplit(path)
    return default if parts.scheme or parts.netloc else path


def see(path: str) -> RedirectResponse:
    """Go on with a GET: reloading the next page repeats nothing."""
    return RedirectResponse(path, status.HTTP_303_SEE_OTHER)
