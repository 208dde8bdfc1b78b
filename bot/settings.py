"""Settings of the running program, from the environment or ``.env``; the environment beats the file."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ilp_core.domain.agency import Agency, Preset
from ilp_core.domain.errors import CallError
from ilp_core.words import commands
from ilp_core.words.speech import languages

_LONGEST_CONTACT: Final = 60


class Settings(BaseSettings):
    """All settings. ``.env.example`` lists each one; a test holds the two equal."""

    model_config = SettingsConfigDict(env_prefix="BEATDESK_", env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: str = Field(
        default="sqlite+aiosqlite:///beatdesk.db", description="SQLite file or PostgreSQL server."
    )
    timezone: str | None = Field(default=None, description="The agency's time zone, such as America/Chicago.")
    language: str = Field(default="en", description="Code of the language for officers who have chosen none.")
    encryption_key: SecretStr | None = Field(default=None, description="32 random bytes, urlsafe base64.")
    telegram_token: SecretStr | None = Field(default=None, description="The bot's token from BotFather.")
    telegram_api: str = Field(default="https://api.telegram.org", description="Root of the Bot API.")
    webhook_url: str | None = Field(default=None, description="Public https address; empty means polling.")
    webhook_secret: SecretStr | None = Field(default=None, description="1 to 256 signs that Telegram sends back.")
    keys_url: str | None = Field(default=None, description="Database of the keys; empty: beside the other.")
    messages_per_second: float = Field(default=30, ge=1, le=1000, description="What goes out, all chats together.")
    listen: str = Field(default="127.0.0.1:8480", description="HOST:PORT of webhook, health and metrics.")
    log_format: str = Field(default="text", description="text, or json: one object a line.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    preset: Preset = Field(default="us", description="The country whose numbers and codes hold: us or uk.")
    dispatch_number: str = Field(default="", description="Stands in the emergency line; empty: 911 or 999.")
    duty_officer: str = Field(default="", description="Whom to phone on a threat to life, such as a name and number.")
    peer_support: str = Field(default="", description="Whom officers can talk to, such as a name and number.")
    conversation_minutes: int = Field(
        default=480, ge=1, le=10_080, description="Minutes of silence after which a conversation is forgotten."
    )
    test_postgres_url: str | None = Field(default=None, description="A PostgreSQL server that tests may use.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError(commands.BAD_ZONE.format(zone=value)) from error
        return value

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value not in languages():
            raise ValueError(commands.NO_LANGUAGE.format(language=value, languages=", ".join(languages())))
        return value

    @field_validator("encryption_key")
    @classmethod
    def _whole_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                raw = base64.urlsafe_b64decode(value.get_secret_value())
            except (binascii.Error, ValueError) as error:
                raise ValueError(commands.BAD_KEY) from error
            if len(raw) != 32:
                raise ValueError(commands.BAD_KEY)
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError(commands.BAD_LEVEL.format(level=value))
        return value.upper()

    @field_validator("webhook_url")
    @classmethod
    def _safe_address(cls, value: str | None) -> str | None:
        """Telegram takes https only; http leads no further than this machine, to the sandbox."""
        if value is not None:
            parts = urlsplit(value)
            local = parts.hostname in ("127.0.0.1", "localhost", "::1")
            if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and local)):
                raise ValueError(commands.BAD_WEBHOOK)
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _whole_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError(commands.BAD_RING)
        return value

    @model_validator(mode="after")
    def _both(self) -> Self:
        """A webhook without a secret would take updates from anybody."""
        if self.webhook_url is not None and self.webhook_secret is None:
            raise ValueError(commands.OPEN_RING)
        return self

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value.lower() not in {"text", "json"}:
            raise ValueError(commands.BAD_FORMAT.format(form=value))
        return value.lower()

    @field_validator("dispatch_number", "duty_officer", "peer_support")
    @classmethod
    def _short(cls, value: str) -> str:
        """They stand in a line that must fit a phone's screen."""
        if len(value) > _LONGEST_CONTACT or not value.isprintable():
            raise ValueError(commands.BAD_CONTACT.format(most=_LONGEST_CONTACT))
        return value.strip()

    @property
    def agency(self) -> Agency:
        """What the safety lines say of the agency."""
        return Agency(self.preset, self.dispatch_number, self.duty_officer, self.peer_support)

    @classmethod
    def load(cls) -> Self:
        """The settings in force. Raises CallError that names the first wrong one."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = f"BEATDESK_{first['loc'][0]}".upper() if first["loc"] else "BEATDESK settings"
            reason = str(first["msg"]).removeprefix("Value error, ")
            raise CallError(commands.BAD_SETTING.format(name=name, reason=reason)) from None
