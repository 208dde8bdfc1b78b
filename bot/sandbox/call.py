"""One call of a Bot API method: parameters and uploads, whichever of the four ways they came in.

Query string, form, multipart form and JSON all end as one mapping. Forms carry lists and objects as JSON in a
string, JSON carries them as they are; both are read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tornado.httputil import HTTPServerRequest

from bot.sandbox.rules import Refusal, bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """Parameters by name, raw, and uploads by field name. Each reader raises Refusal on a value it cannot read."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A string; a number is taken as its digits."""
        value = self.parameters.get(name)
        if value is None:
            return default
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        return text

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number; required unless there is a default."""
        value = self.parameters.get(name)
        if value is None or value == "":
            if default is None:
                raise bad_request(f"{name} is empty")
            return default
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            raise bad_request(f"{name} must be a whole number") from None

    def chat(self) -> int:
        """The chat_id. A name with @ names no chat here."""
        if self.text("chat_id").startswith("@"):
            raise bad_request("chat not found")
        return self.whole("chat_id")

    def message(self) -> int:
        """The message_id; Telegram takes one that it cannot read as none."""
        try:
            return self.whole("message_id")
        except Refusal:
            raise bad_request("message identifier is not specified") from None

    def decimal(self, name: str) -> float:
        """A number with decimals; required."""
        try:
            return float(self.text(name))
        except ValueError:
            raise bad_request(f"{name} must be a number") from None

    def flag(self, name: str) -> bool:
        """A boolean; absent means false."""
        return self.text(name).lower() in ("true", "1", "yes")

    def structure(self, name: str, kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
        """An object or a list, or None where it is absent."""
        value = self.parameters.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value) if value else None
            except ValueError:
                raise bad_request(f"can't parse {name} JSON object") from None
        if value is not None and not isinstance(value, kind):
            raise bad_request(f"can't parse {name} JSON object")
        return value

    def file(self, name: str) -> Upload | str | None:
        """What was uploaded under ``name``, directly or as attach://; else the string given, such as a file_id."""
        given = self.text(name)
        if given.startswith("attach://"):
            return self.uploads.get(given.removeprefix("attach://"))
        return self.uploads.get(name) or given or None


def read_call(request: HTTPServerRequest) -> Call:
    """The call in an HTTP request whose body Tornado has already split. Raises Refusal on broken JSON."""
    parameters: dict[str, Any] = {name: values[-1].decode() for name, values in request.arguments.items()}
    if request.headers.get("Content-Type", "").startswith("application/json") and request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise bad_request("can't parse JSON object")
        parameters |= body
    uploads = {
        name: Upload(part[-1].filename, part[-1].content_type, part[-1].body) for name, part in request.files.items()
    }
    return Call(parameters, uploads)
