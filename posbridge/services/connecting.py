"""What stands between a filled-in form and a proved account: fields checked, a place chosen, refusals explained."""

from __future__ import annotations

import re
from collections.abc import Mapping

from posbridge.connectors.contract import Facts, Location, Probe, SettingField
from posbridge.connectors.errors import (
    AuthenticationError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.domain.errors import ConfigurationError, PosbridgeError, VaultLocked


def filled_from_environment(facts: Facts, environ: Mapping[str, str]) -> dict[str, str]:
    """Values by field name from `POSBRIDGE_<SYSTEM>_<FIELD>`, `<SYSTEM>_<FIELD>` and, for a POS, `POS_<FIELD>`.

    WEBHOOK_SECRET stands for every system's field of that name, `<SYSTEM>_API_URL` for the address of its API.
    """
    starts = [f"POSBRIDGE_{facts.name.upper()}_", f"{facts.name.upper()}_"]
    if facts.kind == "pos":
        starts.append("POS_")
    found: dict[str, str] = {}
    for field in facts.fields:
        names = [f"{start}{field.name.upper()}" for start in starts]
        names += ["WEBHOOK_SECRET"] * (field.name == "webhook_secret")
        names += [f"{start}API_URL" for start in starts] if field.name == "base_url" else []
        value = next((environ[name] for name in names if environ.get(name)), "")
        if value:
            found[field.name] = value
    return found


def filled_in(
    facts: Facts, fields: Mapping[str, str], secrets: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """(plain values, secrets), each where it belongs, defaults in. Raises ConfigurationError, naming the field."""
    given = {name: value.strip() for name, value in {**fields, **secrets}.items() if value.strip()}
    known = {field.name for field in facts.fields}
    strange = sorted(set(given) - known)
    if strange:
        raise ConfigurationError(
            f"{facts.label} has no field {strange[0]!r}.", field=strange[0],
            next_step=f"Its fields are: {', '.join(sorted(known))}.",
        )  # fmt: skip
    values = {field.name: _value(facts, field, given.get(field.name, field.default)) for field in facts.fields}
    plain = {field.name: values[field.name] for field in facts.fields if not field.secret and values[field.name]}
    return plain, {field.name: values[field.name] for field in facts.fields if field.secret and values[field.name]}


def _value(facts: Facts, field: SettingField, value: str) -> str:
    if not value:
        if field.required:
            raise ConfigurationError(
                f"{facts.label} needs {field.label}.", field=field.name, next_step=field.help or f"Give {field.name}."
            )
        return ""
    if field.choices and value not in field.choices:
        raise ConfigurationError(
            f"{field.label} is one of: {', '.join(field.choices)}.", field=field.name, next_step=field.help
        )
    if field.pattern and field.strict and re.fullmatch(field.pattern, value) is None:
        example = f" It looks like {field.example}." if field.example else ""
        raise ConfigurationError(
            f"{field.label} does not have the right form.{example}", field=field.name, next_step=field.help
        )
    return value


def chosen_location(facts: Facts, probe: Probe, wanted: str | None) -> Location | None:
    """The location of that id or name, or the only one; None where the system has none.

    Raises ConfigurationError (code "choose_location") that lists them in words and in `detail["locations"]`.
    """
    places = [place for place in probe.locations if place.active]
    if wanted:
        same = [place for place in places if wanted.casefold() in (place.id.casefold(), place.name.casefold())]
        if len(same) == 1:
            return same[0]
        raise _choose(f"{facts.label} has no location {wanted!r}.", places)
    if len(places) > 1:
        raise _choose(f"{facts.label} has {len(places)} locations; this till stands in one of them.", places)
    if facts.capabilities.locations and not places:
        raise ConfigurationError(
            f"{facts.label} has no active location.", next_step="Open or activate one there, then connect again."
        )
    return places[0] if places else None


def _choose(message: str, places: list[Location]) -> ConfigurationError:
    listed = "; ".join(f"{place.id} ({place.name})" for place in places)
    return ConfigurationError(
        message, code="choose_location", next_step=f"Choose one with --location: {listed}.",
        locations=[place.model_dump(mode="json") for place in places],
    )  # fmt: skip


def required_rights(facts: Facts, probe: Probe) -> None:
    """Raises PermissionDenied when the account lacks a right that posbridge needs."""
    if probe.missing:
        raise PermissionDenied(f"The key of {facts.label} lacks: {', '.join(probe.missing)}.")


def explained(facts: Facts, error: PosbridgeError) -> PosbridgeError:
    """The same refusal as a person at this form needs it: what is wrong, and what to do."""
    for kinds, code, message, step in _REFUSALS:
        if isinstance(error, kinds):
            # "off": the system says what to switch on there; nothing here could say it better.
            step = error.next_step if error.detail.get("reason") == "off" else step
            words = message.format(label=facts.label, said=error.message.rstrip("."))
            known = {"platform": facts.name} if isinstance(error, _OUTSIDE) else {}
            made = _KIND.get(code, type(error))(words, code=code, next_step=step.format(label=facts.label), **known)
            made.detail.update(error.detail)
            return made
    return error


_OUTSIDE = (AuthenticationError, PermissionDenied, RateLimitExceeded, ServiceUnavailable, OutcomeUnknown)
_KIND: dict[str, type[PosbridgeError]] = {
    "key_wrong": AuthenticationError,
    "cannot_reach": ServiceUnavailable,
    "wrong_address": ConfigurationError,
}
_REFUSALS: tuple[tuple[type[PosbridgeError] | tuple[type[PosbridgeError], ...], str, str, str], ...] = (
    (VaultLocked, "vault_locked", "{said}.", VaultLocked.default_step),
    (
        AuthenticationError,
        "key_wrong",
        "{label} does not accept this key: {said}.",
        "Copy the key again from {label}; mind that test and live keys differ.",
    ),
    (PermissionDenied, "no_permission", "{said}.", "Give the key these rights in {label}, then test again."),
    (RateLimitExceeded, "rate_limited", "{label} asks us to slow down.", "Try again in a minute."),
    (
        (ServiceUnavailable, OutcomeUnknown),
        "cannot_reach",
        "{label} cannot be reached: {said}.",
        "Look at the address and the network (a guest network wants a sign-in first), then try again.",
    ),
    (
        (NotFound, SchemaDrift, ValidationError),
        "wrong_address",
        "What answers at this address is not {label}: {said}.",
        "Correct the address; behind a guest network sign in to it first.",
    ),
)
